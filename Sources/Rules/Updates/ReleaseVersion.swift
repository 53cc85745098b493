/// A version by semantic versioning 2.0.0: `1.2.3`, or `1.2.3-beta.2`; what follows a `+` counts for nothing.
package struct ReleaseVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  private static let longest = 64

  private let numbers: [UInt64]
  private let early: [String]
  package let description: String

  package init?(_ text: String) {
    guard text.utf8.count <= Self.longest else { return nil }
    let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { Self.number($0) }
    guard numbers.count == 3, !numbers.contains(nil) else { return nil }
    let early = parts.count == 2 ? parts[1].split(separator: ".", omittingEmptySubsequences: false) : []
    let rest = early + (build.count == 2 ? build[1].split(separator: ".", omittingEmptySubsequences: false) : [])
    guard rest.allSatisfy({ part in !part.isEmpty && part.utf8.allSatisfy(Self.isFit) }),
      early.allSatisfy({ part in !part.utf8.allSatisfy(Self.isDigit) || Self.number(part) != nil })
    else { return nil }
    self.numbers = numbers.compactMap { $0 }
    self.early = early.map(String.init)
    description = text
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isFit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
  }

  /// Digits without a zero in front.
  private static func number(_ text: Substring) -> UInt64? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), text == "0" || !text.hasPrefix("0") else {
      return nil
    }
    return UInt64(text)
  }

  /// The order of section 11; what differs in its build only is neither before nor after.
  package static func < (one: ReleaseVersion, other: ReleaseVersion) -> Bool {
    guard one.numbers == other.numbers else { return one.numbers.lexicographicallyPrecedes(other.numbers) }
    if one.early.isEmpty || other.early.isEmpty { return !one.early.isEmpty && other.early.isEmpty }
    for (a, b) in zip(one.early, other.early) where a != b {
      switch (UInt64(a), UInt64(b)) {
      case (let a?, let b?): return a < b
      case (_?, nil): return true
      case (nil, _?): return false
      default: return Array(a.utf8).lexicographicallyPrecedes(Array(b.utf8))
      }
    }
    return one.early.count < other.early.count
  }

  package static func == (one: ReleaseVersion, other: ReleaseVersion) -> Bool {
    one.numbers == other.numbers && one.early == other.early
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(numbers)
    hasher.combine(early)
  }
}
