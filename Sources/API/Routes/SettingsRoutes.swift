import Model
import Rules
package import Service

/// `/settings` (contract, section 5).
package struct SettingsRoutes: Sendable {
  private let settings: Settings
  private let clock: any WallClock

  package init(settings: Settings, clock: any WallClock) {
    self.settings = settings
    self.clock = clock
  }

  private static let details = Parameter<Bool>.flag(
    "details", "With type, range, default, a sentence and whether the configuration file pins it.")

  package var operations: [Operation] {
    [
      .get(
        "/settings", id: "get_settings", topic: .settings, summary: "Get the settings",
        details: "By their dotted names.", access: .permission(.read), parameters: [Self.details.declared]
      ) { call in SettingsView(settings: settings, hasDetails: try call.query(Self.details) ?? false) },
      change(.put, id: "replace_settings"),
      change(.patch, id: "update_settings"),
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/settings", id: id, topic: .settings, summary: "Change settings",
      details: """
        Any part of them, all or nothing; null goes back to the default. They hold from the answer on. What the \
        configuration file pins cannot be changed.
        """, access: .permission(.admin), rate: .write, takes: ChangeSettings.self, errors: [.conflict]
    ) { _, input in
      try await settings.change(input.values, now: clock.now)
      return SettingsView(settings: settings, hasDetails: false)
    }
  }
}

extension Parameter where Value == Bool {
  /// `true` or `false` in the query.
  static func flag(_ name: String, _ note: String) -> Parameter<Bool> {
    Parameter(name: name, place: .query, schema: .boolean, note: note) { (text) throws(Fault) in
      switch text {
      case "true", "1": return true
      case "false", "0": return false
      default: throw Fault(InvalidValue(name, "must be true or false"))
      }
    }
  }
}
