import Model
import Rules
package import Service
import Store
import Wire

/// `/notifications` (contract, section 5).
package struct NotificationRoutes: Sendable {
  private let desk: NotificationDesk

  package init(desk: NotificationDesk) { self.desk = desk }

  private static let id = Parameter<ProviderID>.id(
    "id", "The provider's number.", missing: .providerNotFound, noun: "notification provider"
  ) { ProviderID(rawValue: $0) }

  private static let event = Parameter<NotificationEvent>(
    name: "event", place: .path, schema: .choice(NotificationEvent.allCases.map(\.rawValue)), note: "The event."
  ) { (text) throws(Fault) in
    guard let event = NotificationEvent(rawValue: text) else {
      throw Fault(.templateNotFound, "There is no template for an event \(quoted(text)).")
    }
    return event
  }

  package var operations: [Operation] { providers + templates + [history] }

  private var providers: [Operation] {
    [
      .list(
        "/notifications/providers", id: "list_notification_providers", topic: .notifications,
        summary: "List notification providers", access: .permission(.admin)
      ) { _ in try await desk.providers().map(ProviderView.init) },
      .get(
        "/notifications/providers/{id}", id: "get_notification_provider", topic: .notifications,
        summary: "Get a notification provider", access: .permission(.admin), parameters: [Self.id.declared],
        errors: [.providerNotFound]
      ) { call in ProviderView(record: try await desk.provider(try call.path(Self.id))) },
      .create(
        "/notifications/providers", id: "create_notification_provider", topic: .notifications,
        summary: "Add a notification provider",
        details: """
          A webhook gets each event as `{"event","timestamp","data"}`; with a secret, `X-Layerberry-Signature` has the \
          HMAC-SHA-256 of the body, and `X-Layerberry-Delivery` is the same for each repetition of a message. Where the \
          provider takes pictures, the photo of the ended print goes along.
          """, access: .permission(.admin), takes: AddProvider.self, errors: [.conflict]
      ) { _, input in
        let made = try await desk.add(input.edit)
        return (ProviderView(record: made), made.id.rawValue)
      },
      change(.patch, id: "update_notification_provider"), change(.put, id: "replace_notification_provider_fields"),
      .action(
        .delete, "/notifications/providers/{id}", id: "delete_notification_provider", topic: .notifications,
        summary: "Delete a notification provider", details: "What waits for it is given up.",
        access: .permission(.admin), rate: .write, parameters: [Self.id.declared], errors: [.providerNotFound]
      ) { call in
        let id = try call.path(Self.id)
        try await desk.delete(id)
        return DeletedView(id: id.rawValue)
      },
      .action(
        .post, "/notifications/providers/{id}/test", id: "test_notification_provider", topic: .notifications,
        summary: "Send a test message", details: "Sent at once, whatever waits; the answer says what came of it.",
        access: .permission(.admin), rate: .write, parameters: [Self.id.declared],
        errors: [.providerNotFound, .conflict]
      ) { call in ProviderTestView(test: try await desk.test(try call.path(Self.id))) },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/notifications/providers/{id}", id: id, topic: .notifications, summary: "Change a notification provider",
      details: "The fields that are sent change, in `config` as well; the others stay as they are.",
      access: .permission(.admin), rate: .write, parameters: [Self.id.declared], takes: ChangeProvider.self,
      errors: [.providerNotFound]
    ) { call, input in
      ProviderView(record: try await desk.change(try call.path(Self.id), input.edit))
    }
  }

  private var templates: [Operation] {
    [
      .list(
        "/notifications/templates", id: "list_notification_templates", topic: .notifications,
        summary: "List the words of notifications", access: .permission(.read)
      ) { _ in
        var views: [TemplateView] = []
        for event in NotificationEvent.allCases { views.append(try await view(of: event)) }
        return views
      },
      .get(
        "/notifications/templates/{event}", id: "get_notification_template", topic: .notifications,
        summary: "Get the words of an event", access: .permission(.read), parameters: [Self.event.declared],
        errors: [.templateNotFound]
      ) { call in try await view(of: try call.path(Self.event)) },
      changeTemplate(.put, id: "set_notification_template"),
      changeTemplate(.patch, id: "update_notification_template"),
      .action(
        .post, "/notifications/templates/{event}/reset", id: "reset_notification_template", topic: .notifications,
        summary: "Take the service's own words again", access: .permission(.admin), rate: .write,
        parameters: [Self.event.declared], errors: [.templateNotFound]
      ) { call in
        let event = try call.path(Self.event)
        try await desk.resetTemplate(of: event)
        return try await view(of: event)
      },
      .change(
        .post, "/notifications/templates/{event}/preview", id: "preview_notification_template", topic: .notifications,
        summary: "See words with values in them", details: "Nothing is kept and nothing sent.",
        access: .permission(.admin), rate: .write, parameters: [Self.event.declared], mayTake: ChangeTemplate.self,
        errors: [.templateNotFound]
      ) { call, input in
        let event = try call.path(Self.event)
        var template = try await desk.template(for: event).template
        if let input { template = try await input.applied(to: event, desk) }
        let samples = Dictionary(
          TemplatePlaceholder.known(to: event).map { ($0, $0.sample) }, uniquingKeysWith: { first, _ in first })
        let (title, message) = template.rendered(samples)
        return TemplatePreviewView(title: title, message: message)
      },
    ]
  }

  private func changeTemplate(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/notifications/templates/{event}", id: id, topic: .notifications, summary: "Change the words of an event",
      details: "`{placeholders}` are replaced; those that the event does not know are refused. What is not sent stays.",
      access: .permission(.admin), rate: .write, parameters: [Self.event.declared], takes: ChangeTemplate.self,
      errors: [.templateNotFound]
    ) { call, input in
      let event = try call.path(Self.event)
      if input.title != nil || input.message != nil {
        try await desk.setTemplate(try await input.applied(to: event, desk), for: event)
      }
      return try await view(of: event)
    }
  }

  private func view(of event: NotificationEvent) async throws -> TemplateView {
    let (template, updatedAt) = try await desk.template(for: event)
    return TemplateView(event: event, template: template, updatedAt: updatedAt)
  }

  private static let providerFilter = Parameter<Int>.integer(
    "provider_id", 1...Int64.max, "Only messages to this provider.")
  private static let eventFilter = Parameter<String>(
    name: "event", place: .query, schema: .choice(eventWords), note: "Only messages of this event.",
    example: "print_failed"
  ) { (text) throws(Fault) in
    guard eventWords.contains(text) else {
      throw Fault(InvalidValue("event", "must be one of \(eventWords.joined(separator: ", "))"))
    }
    return text
  }
  private static let eventWords = NotificationEvent.allCases.map(\.rawValue) + ["digest", "test"]
  private static let stateFilter = Parameter<NotificationRecord.State>(
    name: "state", place: .query, schema: .choice(NotificationRecord.State.allCases.map(\.rawValue)),
    note: "Only messages that stand so.", example: "failed"
  ) { (text) throws(Fault) in
    guard let state = NotificationRecord.State(rawValue: text) else {
      let words = NotificationRecord.State.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(InvalidValue("state", "must be one of \(words)"))
    }
    return state
  }

  private var history: Operation {
    Operation(
      .get, "/notifications/history", id: "list_notification_history", topic: .notifications,
      summary: "See what was sent",
      details: "The newest first, what still waits included; 50 where nothing else is asked for.",
      access: .permission(.admin), rate: .read,
      parameters: [Self.providerFilter.declared, Self.eventFilter.declared, Self.stateFilter.declared]
        + Page.parameters, answer: .list(of: NotificationView.self)
    ) { call in
      let page = try call.page(defaultLimit: 50)
      let provider = try call.query(Self.providerFilter).map { ProviderID(rawValue: Int64($0)) }
      let found = try await desk.history(
        provider: provider, event: try call.query(Self.eventFilter), state: try call.query(Self.stateFilter),
        limit: page.limit, offset: page.offset)
      return .list(found.rows.map(NotificationView.init), page: page, total: found.total)
    }
  }
}

extension ChangeTemplate {
  /// What is not sent stays as it is.
  func applied(to event: NotificationEvent, _ desk: NotificationDesk) async throws -> NotificationTemplate {
    let old = try await desk.template(for: event).template
    do throws(InvalidValue) {
      return try NotificationTemplate(title: title ?? old.title, message: message ?? old.message, for: event)
    } catch {
      throw Fault(error)
    }
  }
}
