import Model

/// The part of a list that a caller asks for (contract, section 1).
package struct Page: Hashable, Sendable {
  package static let maximum = 500

  package var limit: Int
  package var offset: Int

  package init(limit: Int = Page.maximum, offset: Int = 0) {
    self.limit = limit
    self.offset = offset
  }

  /// `page` of the envelope: offset / limit + 1, rounded down.
  package var number: Int { offset / limit + 1 }

  /// The offset of the last page, on which those end who go on from here page by page.
  func last(of total: Int) -> Int {
    let start = offset % limit
    return total > start ? start + (total - 1 - start) / limit * limit : 0
  }

  static let limitParameter = Parameter<Int>.integer("limit", 1...500, "How many at most, 1 to 500.", example: 50)
  static let offsetParameter = Parameter<Int>.integer("offset", 0...1_000_000_000, "How many to leave out first.")
  static let pageParameter = Parameter<Int>.integer(
    "page", 1...1_000_000_000, "The page, from 1; with `per_page`, instead of `limit` and `offset`.")
  static let perPageParameter = Parameter<Int>.integer(
    "per_page", 1...500, "How many to a page, 1 to 500.", example: 50)

  package static let parameters = [limitParameter, offsetParameter, pageParameter, perPageParameter].map(\.declared)
}
