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

  @Test("what the printer has accepted counts before its reports show it, what it may have heard only for the last one")
  func partsCount() throws {
    var parts = SkippedParts()
    parts.ask([1])
    #expect(try SkipRule.check([1], skipped: [], parts: parts, objects: [1, 2]) == [1], "it may be asked again")
    #expect(throws: Fault.self) { try SkipRule.check([2], skipped: [], parts: parts, objects: [1, 2]) }
    parts.settle([1], accepted: true)
    #expect(throws: Fault.self) { try SkipRule.check([1], skipped: [], parts: parts, objects: [1, 2, 3]) }
    parts.ask([2])
    parts.settle([2], accepted: false)
    #expect(try SkipRule.check([2], skipped: [], parts: parts, objects: [1, 2, 3]) == [2])
    #expect(throws: Fault.self) { try SkipRule.check([2, 3], skipped: [], parts: parts, objects: [1, 2, 3]) }
    parts.jobBegan()
    #expect(parts == SkippedParts())
  }
}
