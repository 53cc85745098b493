/// A part of a list, in the cloud's two forms: S2's `data` with `pagination`, and a named member with a `total`.
package struct CloudPage: Hashable, Sendable {
  package var elements: [JSONValue]
  /// Of the whole list, where the cloud says so.
  package var total: Int?
  /// S2's `pagination` is there: further parts are asked for by `page`.
  package var isNumbered: Bool
  /// S2's word for whether there is more; nil where the cloud does not say.
  package var hasMore: Bool?

  /// Elements that are looked at.
  package static let limit = 5000

  /// - Parameter name: of the member that holds the list where it is not S2's form.
  package init(_ reply: CloudReply, named name: String) {
    let list = reply.root["data"]?.array ?? reply.data[name]?.array ?? []
    elements = Array(list.prefix(Self.limit))
    let pagination = reply.root["pagination"]
    isNumbered = pagination?.object != nil
    hasMore = pagination?["has_more"]?.cloudFlag
    let said = (pagination?["total"] ?? reply.data["total"])?.cloudInteger
    total = said.map { min(max($0, elements.count), 1_000_000_000) }
  }
}
