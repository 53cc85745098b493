import Model
import Rules
import Service
import Store
import Wire

/// A notification provider.
struct ProviderView: WireObject {
  let record: ProviderRecord

  static let name = "NotificationProvider"
  static let fields: [ObjectField<ProviderView>] = [
    ObjectField("id", "The provider's number.", example: 1) { $0.record.id.rawValue },
    ObjectField("name", "What you call it.", example: "My phone") { $0.record.name },
    ObjectField(
      "type", "The kind of provider.", schema: .choice(ProviderType.allCases.map(\.rawValue)), example: "ntfy"
    ) { $0.record.type.rawValue },
    ObjectField("enabled", "It is told of events.") { $0.record.isEnabled },
    ObjectField(
      "config", "What the provider needs, by its type; secrets are not shown.", example: ["topic": "my-printers"]
    ) {
      ProviderConfigView(record: $0.record)
    },
    ObjectField(
      "events", "What it is told of.",
      schema: .array(.choice(NotificationEvent.allCases.map(\.rawValue)), maximum: nil),
      example: ["print_complete", "print_failed"]
    ) { view in NotificationEvent.allCases.filter { view.record.events.contains($0) }.map(\.rawValue) },
    ObjectField("printer_ids", "The printers that it is told of; null is all.", example: [1]) {
      $0.record.printerIDs.map { ids in ids.sorted().map(\.rawValue) }
    },
    ObjectField("quiet_hours", "When nothing is sent; null is never.") { view in
      view.record.quietHours.map { QuietHoursView(hours: $0) }
    },
    ObjectField("daily_digest", "When a day's messages are sent as one; null sends each.", example: .null) {
      $0.record.digest?.description
    },
    ObjectField("created_at", "When it was made.") { $0.record.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.record.updatedAt },
  ]
}

/// A time of every day.
struct QuietHoursView: WireObject {
  let hours: QuietHours

  static let name = "QuietHours"
  static let fields: [ObjectField<QuietHoursView>] = [
    ObjectField("start", "From then on nothing is sent.", example: "22:00") { $0.hours.start.description },
    ObjectField("end", "Then what has waited is sent.", example: "07:00") { $0.hours.end.description },
  ]
}

/// A provider's config as it reads: passwords in addresses are dots, secrets marks.
struct ProviderConfigView: WireValue {
  let record: ProviderRecord

  static let schema = Schema.object(
    ProviderField.allCases.map { field in
      let schema: Schema =
        switch field {
        case .port: .integer(1...65_535)
        case .to: .array(.string, maximum: nil)
        default: field.isSecret ? SecretMark.schema : .string
        }
      return .init(field.rawValue, .nullable(schema))
    })

  func write(to json: inout JSONWriter) {
    let config = ProviderConfig(record.type, stored: record.config)
    json.beginObject()
    for (field, _) in record.type.fields {
      json.key(text: field.rawValue)
      if field.isSecret {
        SecretMark(isSet: config?.values[field] != nil).write(to: &json)
      } else if field == .url {
        let shown = config?.text(.url).flatMap { try? WebAddress($0).description }
        shown.write(to: &json)
      } else {
        json.write(config?.values[field] ?? .null)
      }
    }
    json.endObject()
  }
}

/// What a test came to.
struct ProviderTestView: WireObject {
  let test: ProviderTest

  static let name = "ProviderTest"
  static let fields: [ObjectField<ProviderTestView>] = [
    ObjectField("sent", "The provider has taken the message.") { $0.test.problem == nil },
    ObjectField("error", "What went wrong, or null.", example: .null) { $0.test.problem },
  ]
}

/// The words of an event.
struct TemplateView: WireObject {
  let event: NotificationEvent
  let template: NotificationTemplate
  let updatedAt: Timestamp?

  static let name = "NotificationTemplate"
  static let fields: [ObjectField<TemplateView>] = [
    ObjectField(
      "event", "The event.", schema: .choice(NotificationEvent.allCases.map(\.rawValue)), example: "print_complete"
    ) { $0.event.rawValue },
    ObjectField("title", "A line with placeholders.", example: "Print finished") { $0.template.title },
    ObjectField("message", "A text with placeholders.", example: "{printer}: {task_name} is done after {duration}.") {
      $0.template.message
    },
    ObjectField("placeholders", "What can stand in braces.", example: ["printer", "time"]) {
      TemplatePlaceholder.known(to: $0.event).map(\.rawValue)
    },
    ObjectField("customized", "Somebody has changed the words.") { $0.updatedAt != nil },
    ObjectField("created_at", "When these words were written; null where they are the service's own.") { $0.updatedAt },
    ObjectField("updated_at", "When they were changed last; null where they are the service's own.") { $0.updatedAt },
  ]
}

/// Words with values put in.
struct TemplatePreviewView: WireObject {
  let title: String
  let message: String

  static let name = "TemplatePreview"
  static let fields: [ObjectField<TemplatePreviewView>] = [
    ObjectField("title", "As it would be sent.", example: "Print finished") { $0.title },
    ObjectField("message", "As it would be sent.", example: "Workshop X1C: Benchy is done after 2 h 15 min.") {
      $0.message
    },
  ]
}

/// A message in the outbox or the history.
struct NotificationView: WireObject {
  let record: NotificationRecord

  static let name = "Notification"
  static let fields: [ObjectField<NotificationView>] = [
    ObjectField("id", "The message's number; repetitions of it have the same.", example: 17) { $0.record.id.rawValue },
    ObjectField("provider_id", "The provider; null once it is gone.", example: 1) { $0.record.providerID?.rawValue },
    ObjectField("provider_name", "What you called it then.", example: "My phone") { $0.record.providerName },
    ObjectField("provider_type", "The kind of provider.", example: "ntfy") { $0.record.providerType },
    ObjectField("event", "The event, or `digest` or `test`.", example: "print_complete") { $0.record.event },
    ObjectField(
      "level", "How loud it is said.", schema: .choice(NotificationLevel.allCases.map(\.rawValue)), example: "success"
    ) { $0.record.level.rawValue },
    ObjectField("printer_id", "The printer, or null.", example: 1) { $0.record.printerID?.rawValue },
    ObjectField("title", "The line.", example: "Print finished") { $0.record.title },
    ObjectField("message", "The text.", example: "Workshop X1C: Benchy is done after 2 h 15 min.") {
      $0.record.message
    },
    ObjectField(
      "state", "`waiting` in the outbox, `held` for the digest, `sent`, `digested`, or `failed`: given up.",
      schema: .choice(NotificationRecord.State.allCases.map(\.rawValue)), example: "sent"
    ) { $0.record.state.rawValue },
    ObjectField("attempts", "How often it was tried.", example: 1) { $0.record.attempts },
    ObjectField("error", "What went wrong last, or null.", example: .null) { $0.record.error },
    ObjectField("due_at", "When it is tried next; null once it has ended.") {
      $0.record.finishedAt == nil ? $0.record.due : nil
    },
    ObjectField("created_at", "When it happened.") { $0.record.createdAt },
    ObjectField("updated_at", "When it was taken or given up, else when it happened.") {
      $0.record.finishedAt ?? $0.record.createdAt
    },
    ObjectField("finished_at", "When it was taken or given up, or null.") { $0.record.finishedAt },
  ]
}
