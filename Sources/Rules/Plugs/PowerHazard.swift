/// What a printer does that must not lose its power (contract, section 5, "Smart plugs").
package enum PowerHazard: String, Hashable, Sendable, CaseIterable {
  case preparing, printing, paused, calibrating, drying

  /// A job with a remaining time of its own.
  var isJob: Bool { self == .preparing || self == .printing || self == .paused }

  /// What the printer does, as the end of a sentence.
  var present: String {
    switch self {
    case .preparing: "prepares a print"
    case .printing: "prints"
    case .paused: "has a paused print"
    case .calibrating: "calibrates"
    case .drying: "dries filament"
    }
  }

  /// What it did when it was last heard.
  var past: String {
    switch self {
    case .preparing: "was preparing a print"
    case .printing: "was printing"
    case .paused: "had a paused print"
    case .calibrating: "was calibrating"
    case .drying: "was drying filament"
    }
  }
}
