/// Why a configuration is refused: where it stands, what it says, and what was expected.
struct ConfigurationFailure: Error, Hashable, CustomStringConvertible {
  /// A file and its line, a variable, or an option.
  var place: String
  var problem: String

  var description: String { "\(place): \(problem)" }
}
