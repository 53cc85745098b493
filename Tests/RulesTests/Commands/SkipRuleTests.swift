import Model
import Testing

@testable import Rules

@Suite("Which objects of a job may be skipped")
struct SkipRuleTests {
  struct Row: Sendable {
    var ids: [Int]
    var skipped: [Int] = []
    var objects: Set<Int>?
    var named: [Int]?
    var code: ErrorCode?
  }

  static let rows = [
    Row(ids: [1], named: [1]),
    Row(ids: [1, 2], objects: [1, 2, 3], named: [1, 2]),
    Row(ids: [1, 2], skipped: [1], objects: [1, 2, 3], named: [2]),
    Row(ids: [1, 2, 3], objects: [1, 2, 3], code: .conflict),
    Row(ids: [2], skipped: [1], objects: [1, 2], code: .conflict),
    Row(ids: [1], skipped: [1], code: .conflict),
    Row(ids: [4], objects: [1, 2, 3], code: .invalidRequest),
    Row(ids: [1, 1], code: .invalidRequest),
  ]

  @Test(arguments: rows) func theRuleHolds(row: Row) throws {
    do throws(Fault) {
      #expect(try SkipRule.check(row.ids, skipped: row.skipped, objects: row.objects) == row.named)
      #expect(row.code == nil)
    } catch {
      #expect(error.code == row.code)
    }
  }
}
