package import Model

/// Why a printer's power must not be cut.
package enum PowerObjection: Hashable, Sendable {
  case works(PowerHazard)
  case hot(Double, safe: Double)
  /// `seconds` until it may be cut; nil is never by itself.
  case silent(PowerHazard, seconds: Double?)
  case silentHot(Double, seconds: Double)
  /// Nobody knows yet how the printer stands.
  case unheard

  /// A whole sentence about the printer.
  package var sentence: String {
    switch self {
    case .works(let hazard): "The printer \(hazard.present)."
    case .hot(let temperature, let safe):
      "A nozzle is at \(Self.degrees(temperature)), above plug.safe_temperature (\(Self.degrees(safe)))."
    case .silent(let hazard, let seconds?):
      "The printer \(hazard.past) when it fell silent. Its power may be cut in \(Self.time(seconds))."
    case .silent(let hazard, nil):
      "The printer \(hazard.past) when it fell silent, and nobody knows for how long."
    case .silentHot(let temperature, let seconds):
      """
      A nozzle was at \(Self.degrees(temperature)) when the printer fell silent. Its power may be cut in \
      \(Self.time(seconds)).
      """
    case .unheard: "The printer has not said yet how it stands. Try again in a few seconds."
    }
  }

  /// The refusal.
  /// - Parameter canBeForced: whether this way takes `{"force":true}`.
  package func fault(canBeForced: Bool) -> Fault {
    let force = canBeForced ? #" Send {"force":true} to cut it nevertheless."# : ""
    return Fault(.conflict, "\(sentence) Its power stays on.\(force)")
  }

  /// `71 °C`, rounded up: what is shown is never cooler than what is.
  static func degrees(_ temperature: Double) -> String { "\(Int(temperature.rounded(.up))) °C" }

  /// `40 s`, `4 min`, `2 h 5 min`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(max(1, whole)) s" }
    let minutes = (whole + 59) / 60
    if minutes < 60 { return "\(minutes) min" }
    return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
  }
}
