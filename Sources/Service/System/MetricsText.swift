/// Prometheus' text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), with the names of
/// https://prometheus.io/docs/practices/naming/: a prefix, base units, the unit at the end, `_total` on counters.
struct MetricsText {
  enum Kind: String { case gauge, counter }

  private(set) var text = ""

  /// A metric with its samples; one without any is left out. A value that is not known is no sample.
  mutating func add(
    _ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double?)], kind: Kind = .gauge
  ) {
    let known = samples.compactMap { sample in sample.value.map { (sample.labels, $0) } }
    guard !known.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for (labels, value) in known {
      text += name
      if !labels.isEmpty {
        text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
      }
      text += " \(Self.number(value))\n"
    }
  }

  mutating func add(_ name: String, _ help: String, _ value: Double?, kind: Kind = .gauge) {
    add(name, help, [(labels: [], value: value)], kind: kind)
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
