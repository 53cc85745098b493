import Loop
package import Model
package import Rules
package import Store
package import Wire

/// What a person says of a provider. nil keeps what there is; `.some(nil)` clears it.
package struct ProviderEdit: Sendable {
  package var name: String?
  package var type: ProviderType?
  package var isEnabled: Bool?
  /// Members that are sent; `null` clears one. A secret that is not here stays.
  package var config: [ProviderField: JSONValue]?
  package var events: Set<NotificationEvent>?
  package var printerIDs: Set<PrinterID>??
  package var quietHours: QuietHours??
  package var digest: DayMinute??

  package init() {}
}

/// What a test of a provider came to.
package struct ProviderTest: Sendable {
  /// nil when the provider took the message.
  package var problem: String?
}

extension NotificationDesk {
  /// More providers than anybody has; each costs a thread's turn for every event.
  package static let providerLimit = 50

  package func providers() async throws -> [ProviderRecord] { try await book.all() }

  package func provider(_ id: ProviderID) async throws -> ProviderRecord {
    guard let record = try await book.all().first(where: { $0.id == id }) else {
      throw Fault(.providerNotFound, "There is no notification provider \(id).")
    }
    return record
  }

  package func add(_ edit: ProviderEdit) async throws -> ProviderRecord {
    let now = surroundings.clock.now
    guard let name = edit.name, let type = edit.type else {
      throw Fault(InvalidValue(edit.name == nil ? "name" : "type", "is missing"))
    }
    let config = try Self.config(type, edit.config ?? [:], old: nil, surroundings.rule())
    var record = ProviderRecord(
      name: name, type: type, isEnabled: edit.isEnabled ?? true, config: config.stored,
      events: edit.events ?? Set(NotificationEvent.allCases), printerIDs: nil, createdAt: now, updatedAt: now)
    try apply(edit, to: &record)
    guard let id = try await repository.insert(record, limit: Self.providerLimit) else {
      throw Fault(.conflict, "There are \(Self.providerLimit) providers already. Delete one first.")
    }
    await book.forget()
    return try await provider(id)
  }

  package func change(_ id: ProviderID, _ edit: ProviderEdit) async throws -> ProviderRecord {
    var record = try await provider(id)
    let hadDigest = record.digestMinute != nil
    if let name = edit.name { record.name = name }
    if let isEnabled = edit.isEnabled { record.isEnabled = isEnabled }
    if let events = edit.events { record.events = events }
    let type = edit.type ?? record.type
    if edit.config != nil || type != record.type {
      let old = type == record.type ? ProviderConfig(type, stored: record.config) : nil
      record.config = try Self.config(type, edit.config ?? [:], old: old, surroundings.rule()).stored
      record.type = type
    }
    try apply(edit, to: &record)
    record.updatedAt = surroundings.clock.now
    guard try await repository.update(record) else {
      throw Fault(.providerNotFound, "There is no notification provider \(id).")
    }
    if hadDigest, record.digestMinute == nil { try await outbox.release(id) }
    await book.forget()
    await courier.look(after: id)
    return try await provider(id)
  }

  package func delete(_ id: ProviderID) async throws {
    guard try await repository.delete(id, now: surroundings.clock.now) else {
      throw Fault(.providerNotFound, "There is no notification provider \(id).")
    }
    await book.forget()
    await courier.look(after: id)
  }

  /// Sends a message now, past the outbox, and keeps in the history what came of it.
  package func test(_ id: ProviderID) async throws -> ProviderTest {
    let record = try await provider(id)
    let now = surroundings.clock.now
    guard let config = ProviderConfig(record.type, stored: record.config) else {
      throw Fault(.conflict, "The provider's config is not whole. Change it.")
    }
    let message = OutgoingMessage(test: "test-\(now.milliseconds)", provider: record.name, now: now)
    var problem: String?
    if case .refused(_, let reason) = await surroundings.sender.send(message, by: config) { problem = reason }
    try await outbox.note(
      OutgoingRecord(
        provider: id, event: message.event, level: message.level, printer: nil, archive: nil, title: message.title,
        message: message.message, data: message.data, due: now), isSent: problem == nil, error: problem, now: now)
    return ProviderTest(problem: problem)
  }

  private func apply(_ edit: ProviderEdit, to record: inout ProviderRecord) throws {
    if let printers = edit.printerIDs {
      // One that was deleted since does not stand in the way of another change.
      let known = record.printerIDs ?? []
      guard printers?.allSatisfy({ known.contains($0) || surroundings.printer($0) != nil }) ?? true else {
        throw Fault(InvalidValue("printer_ids", "must name printers that exist"))
      }
      record.printerIDs = printers
    }
    if let quiet = edit.quietHours {
      record.quietStart = quiet?.start.number
      record.quietEnd = quiet?.end.number
    }
    if let digest = edit.digest { record.digestMinute = digest?.number }
    if record.digestMinute != nil, record.type == .webhook {
      throw Fault(InvalidValue("daily_digest", "is for people; a webhook is told each event"))
    }
  }

  private static func config(
    _ type: ProviderType, _ given: [ProviderField: JSONValue], old: ProviderConfig?, _ rule: AddressRule
  ) throws -> ProviderConfig {
    var values = old?.values ?? [:]
    for (field, value) in given {
      values[field] = value
      guard field == .url, let text = value.string, let entered = try? WebAddress(text) else { continue }
      values[field] = .string(entered.keepingPassword(of: old?.web(.url)).exposed)
    }
    do throws(InvalidValue) { return try ProviderConfig(type, values, rule: rule) } catch { throw Fault(error) }
  }

  // MARK: Words

  /// An event's words, and when somebody changed them; nil where the standard holds.
  package func template(
    for event: NotificationEvent
  ) async throws -> (template: NotificationTemplate, updatedAt: Timestamp?) {
    if let change = try await book.change(of: event) { return (change.template, change.updatedAt) }
    return (.standard(for: event), nil)
  }

  package func setTemplate(_ template: NotificationTemplate, for event: NotificationEvent) async throws {
    try await repository.setTemplate(
      event, title: template.title, message: template.message, now: surroundings.clock.now)
    await book.forget()
  }

  package func resetTemplate(of event: NotificationEvent) async throws {
    try await repository.resetTemplate(event)
    await book.forget()
  }

  // MARK: History

  package func history(
    provider: ProviderID?, event: String?, state: NotificationRecord.State?, limit: Int, offset: Int
  ) async throws -> (rows: [NotificationRecord], total: Int) {
    try await outbox.history(provider: provider, event: event, state: state, limit: limit, offset: offset)
  }
}
