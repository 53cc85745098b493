import Synchronization
import Wire

/// The last few lists as they were written, for as long as nothing has changed: a page that is open in three browsers asks
/// for the same list again and again, and writing it costs ten times what sending it does.
final class WrittenLists<Question: Hashable & Sendable>: Sendable {
  struct List: Sendable {
    var total: Int
    var elements: WrittenList
  }

  private struct Key: Hashable {
    var question: Question
    var page: Page
  }

  private struct Entry {
    var key: Key
    var generation: Int
    var list: List
  }

  private static var capacity: Int { 4 }
  /// Bytes of a list that is kept: 50 records have 40 kB.
  private static var largest: Int { 64 << 10 }

  /// The one used last is the last.
  private let entries = Mutex<[Entry]>([])

  /// - Parameters:
  ///   - generation: asked for before anything is read.
  ///   - read: how many there are, and those of the page.
  func list<Element: WireValue>(
    _ question: Question, _ page: Page, generation: Int, _ read: () async throws -> (Int, [Element])
  ) async throws -> List {
    let key = Key(question: question, page: page)
    if let known = known(key, generation) { return known }
    let (total, elements) = try await read()
    var json = JSONWriter(reserving: 4096)
    elements.write(to: &json)
    let list = List(total: total, elements: WrittenList(json: json.bytes))
    if json.bytes.count <= Self.largest { keep(Entry(key: key, generation: generation, list: list)) }
    return list
  }

  private func known(_ key: Key, _ generation: Int) -> List? {
    entries.withLock { entries in
      // What is of before a change is of no use to anybody.
      entries.removeAll { $0.generation < generation }
      guard let place = entries.firstIndex(where: { $0.key == key && $0.generation == generation }) else { return nil }
      let entry = entries.remove(at: place)
      entries.append(entry)
      return entry.list
    }
  }

  private func keep(_ entry: Entry) {
    entries.withLock { entries in
      entries.removeAll { $0.key == entry.key || $0.generation < entry.generation }
      if entries.count >= Self.capacity { entries.removeFirst() }
      entries.append(entry)
    }
  }
}

/// A list that is JSON already.
struct WrittenList: WireValue {
  let json: [UInt8]

  static var schema: Schema { .array(.anything, maximum: nil) }

  func write(to writer: inout JSONWriter) { writer.raw(json) }
}
