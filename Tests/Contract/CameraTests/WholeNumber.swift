import Wire

extension JSONValue {
  /// The number, where it is a whole one.
  var whole: Int64? { if case .int(let number) = self { number } else { nil } }
}
