import Model
import Rules
import Store

/// The providers and templates as they hold, read once and again after each change.
actor ProviderBook {
  private let repository: ProviderRepository
  private var records: [ProviderRecord]?
  private var templates: [NotificationEvent: (template: NotificationTemplate, updatedAt: Timestamp)]?

  init(_ repository: ProviderRepository) { self.repository = repository }

  func forget() {
    records = nil
    templates = nil
  }

  func all() async throws -> [ProviderRecord] {
    if let records { return records }
    let read = try await repository.all()
    records = read
    return read
  }

  /// nil where there is none, and while the database cannot be read.
  func record(_ id: ProviderID) async -> ProviderRecord? { try? await all().first { $0.id == id } }

  /// What was said otherwise for this event; nil where the standard holds.
  func change(of event: NotificationEvent) async throws -> (template: NotificationTemplate, updatedAt: Timestamp)? {
    if let templates { return templates[event] }
    var found: [NotificationEvent: (template: NotificationTemplate, updatedAt: Timestamp)] = [:]
    for row in try await repository.templates() {
      // An event of a later version, or words that fit no more: the standard holds.
      guard let event = NotificationEvent(rawValue: row.event),
        let template = try? NotificationTemplate(title: row.title, message: row.message, for: event)
      else { continue }
      found[event] = (template, row.updatedAt)
    }
    templates = found
    return found[event]
  }

  func template(for event: NotificationEvent) async throws -> NotificationTemplate {
    try await change(of: event)?.template ?? .standard(for: event)
  }
}
