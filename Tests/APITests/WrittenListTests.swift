import Testing
import Wire

@testable import API

@Suite("A list is written once until something changes")
struct WrittenListTests {
  private final class Source {
    var reads = 0
    func read() -> (Int, [Int]) {
      reads += 1
      return (7, [1, reads])
    }
  }

  private func text(_ list: WrittenLists<String>.List) -> String {
    var json = JSONWriter()
    list.elements.write(to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test("The same question has the same answer, another page or filter its own")
  func remembered() async throws {
    let (lists, source) = (WrittenLists<String>(), Source())
    let page = Page(limit: 50, offset: 0)
    let first = try await lists.list("all", page, generation: 1) { source.read() }
    let again = try await lists.list("all", page, generation: 1) { source.read() }
    #expect(text(first) == "[1,1]" && text(again) == "[1,1]" && again.total == 7 && source.reads == 1)
    _ = try await lists.list("all", Page(limit: 50, offset: 50), generation: 1) { source.read() }
    _ = try await lists.list("some", page, generation: 1) { source.read() }
    #expect(source.reads == 3)
  }

  @Test("After a change it is read again, and what was read before the change is not brought back")
  func changed() async throws {
    let (lists, source) = (WrittenLists<String>(), Source())
    let page = Page(limit: 50, offset: 0)
    _ = try await lists.list("all", page, generation: 1) { source.read() }
    let after = try await lists.list("all", page, generation: 2) { source.read() }
    #expect(text(after) == "[1,2]")
    let late = try await lists.list("all", page, generation: 1) { source.read() }
    #expect(text(late) == "[1,3]", "somebody who asked before the change")
    #expect(text(try await lists.list("all", page, generation: 2) { source.read() }) == "[1,4]")
  }

  @Test("Four are kept, and none that is long")
  func bounded() async throws {
    let (lists, source) = (WrittenLists<String>(), Source())
    let page = Page(limit: 50, offset: 0)
    for question in ["a", "b", "c", "d", "a", "e"] {
      _ = try await lists.list(question, page, generation: 1) { source.read() }
    }
    #expect(source.reads == 5)
    _ = try await lists.list("a", page, generation: 1) { source.read() }
    #expect(source.reads == 5, "asked for more lately than b")
    _ = try await lists.list("b", page, generation: 1) { source.read() }
    #expect(source.reads == 6)
    var reads = 0
    for _ in 0..<2 {
      _ = try await lists.list("long", page, generation: 1) {
        reads += 1
        return (1, [String(repeating: "x", count: 70_000)])
      }
    }
    #expect(reads == 2)
  }
}
