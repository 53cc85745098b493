/// What `Accept-Encoding` says (RFC 9110, section 12.5.3): whether gzip is wanted.
struct AcceptedCodings: Hashable {
  /// gzip is acceptable, and no less liked than the plain form.
  let wantsGzip: Bool
  /// The plain form is refused in so many words.
  let refusesPlain: Bool

  /// - Parameter fields: all of that name, in order.
  init(_ fields: [String]) {
    var gzip: Int?
    var plain: Int?
    var others: Int?
    for element in fields.lazy.flatMap({ $0.split(separator: ",") }) {
      let parts = element.split(separator: ";")
      guard let name = parts.first.map({ trimmed(String($0)).lowercased() }), !name.isEmpty else { continue }
      let weight = Self.weight(parts.dropFirst())
      switch name {
      case "gzip", "x-gzip": gzip = weight
      case "identity": plain = weight
      case "*": others = weight
      default: continue
      }
    }
    let liking = gzip ?? others ?? 0
    wantsGzip = liking > 0 && liking >= (plain ?? 0)
    refusesPlain = (plain ?? others) == 0
  }

  /// In thousandths; what cannot be read is as good as not said.
  private static func weight(_ parameters: some Sequence<Substring>) -> Int {
    for parameter in parameters {
      let parts = parameter.split(separator: "=", maxSplits: 1).map { trimmed(String($0)).lowercased() }
      guard parts.count == 2, parts[0] == "q", let value = Double(parts[1]), (0...1).contains(value) else { continue }
      return Int(value * 1000)
    }
    return 1000
  }
}
