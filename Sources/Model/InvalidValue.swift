/// A value from outside that does not fit: which field, and what would have been right.
///
/// Becomes a 400 at the API and a refused start in the configuration, so that both say the same.
package struct InvalidValue: Error, Hashable, Sendable, CustomStringConvertible {
  package var field: String
  /// What is expected, as the end of a sentence: "must be 1 to 65535".
  package var expectation: String

  package init(_ field: String, _ expectation: String) {
    self.field = field
    self.expectation = expectation
  }

  package var description: String { "\(field) \(expectation)" }
}
