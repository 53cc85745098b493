/// The target of a request, decoded.
package struct RequestTarget: Hashable, Sendable {
  /// The path as it was sent, without query: `/api/v1/printers/1`, or `*`.
  package let rawPath: String
  /// The query as it was sent, without its question mark; nil when there is none.
  package let rawQuery: String?
  /// The path's segments, percent-decoded: `["api", "v1", "printers", "1"]`; empty for `/` and `*`. An empty segment
  /// at the end is left out: a trailing slash is the same resource (the contract, section 1).
  package let segments: [String]
  /// Names and values in order, percent-decoded, with `+` for a space.
  package let query: [QueryItem]

  package struct QueryItem: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Whether it is the `*` of `OPTIONS *`.
  package var isServer: Bool { rawPath == "*" }

  /// The first value of a query parameter.
  package func first(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// All values of a query parameter.
  package func all(_ name: String) -> [String] { query.lazy.filter { $0.name == name }.map(\.value) }
}
