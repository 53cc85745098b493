import Model
import Synchronization
import TestKit
import Wire

/// What somebody asked of archive and queue and what was answered, so that it can be held against what is there after a
/// kill. One writer at a time.
final class ArchiveLedger: Sendable {
  /// What an answer would have acknowledged, had it come.
  enum Open: Sendable {
    case delete(Int64)
    case order([Int64])
  }

  struct State {
    var chance: Chance
    /// Names of the files by the archives that were acknowledged and not deleted.
    var archives: [Int64: String] = [:]
    var deleted: Set<Int64> = []
    /// Names of the files by the items that were acknowledged. Each prints an archive of its own, so that a name is an item.
    var items: [Int64: String] = [:]
    var queued: Set<Int64> = []
    /// All items in the order that was acknowledged last, with those that were added since.
    var order: [Int64] = []
    var open: Open?
    var files = 0
    var answered = 0
    var counts: [String: Int] = [:]
    var complaints: [String] = []
  }

  /// Archives at most, so that the last of many rounds is as the first.
  private static let archivesAtMost = 200
  /// Items that wait at most, so that the printers keep up.
  private static let waitingAtMost = 4

  private let state: Mutex<State>

  init(seed: UInt64) { state = Mutex(State(chance: Chance(state: seed))) }

  var answered: Int { state.withLock { $0.answered } }
  var complaints: [String] { state.withLock { $0.complaints } }
  var now: State { state.withLock { $0 } }
  var figures: String {
    state.withLock { $0.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ") }
  }

  func draw(_ range: ClosedRange<Int>) -> Int { state.withLock { Int.random(in: range, using: &$0.chance) } }
  func complain(_ text: String) { state.withLock { $0.complaints.append(text) } }
  func count(_ what: String) { state.withLock { $0.counts[what, default: 0] += 1 } }

  private func note(_ what: String, _ change: (inout State) -> Void = { _ in }) {
    state.withLock { state in
      change(&state)
      state.answered += 1
      state.counts[what, default: 0] += 1
      state.open = nil
    }
  }

  private func opening(_ open: Open) { state.withLock { $0.open = open } }

  /// The order is the disk's from now on.
  func take(order: [Int64]) {
    state.withLock { state in
      state.order = order
      state.open = nil
    }
  }

  /// What became of a delete that was not answered.
  func settle(_ archive: Int64, isThere: Bool) {
    guard !isThere else { return }
    state.withLock { state in
      state.archives[archive] = nil
      state.deleted.insert(archive)
    }
  }

  // MARK: What somebody does

  /// Asks for one thing.
  /// - Returns: false when the service does not answer any more.
  func step(_ client: HTTPClient, printers: [Int64]) -> Bool {
    do {
      switch draw(0...9) {
      case 0...2: if now.archives.count < Self.archivesAtMost { try upload(client) } else { try delete(client) }
      case 3...5: try queue(client, printers: printers)
      case 6: try delete(client)
      case 7: try reorder(client)
      case 8: try move(client)
      default: try export(client)
      }
      return true
    } catch {
      return false
    }
  }

  private func upload(_ client: HTTPClient) throws {
    let name = state.withLock { state in
      state.files += 1
      return "Item\(state.files).gcode.3mf"
    }
    let answer = try client.send(
      "POST", "/api/v1/archives?filename=\(name)", body: Self.file(draw(1...5)),
      headers: ["Content-Type": "application/octet-stream"])
    guard answer.status == 201, case .int(let id)? = answer.json?["id"] else { return unexpected("upload", answer) }
    note("uploads") { $0.archives[id] = name }
  }

  private func queue(_ client: HTTPClient, printers: [Int64]) throws {
    let waiting = try client.get("/api/v1/queue?status=pending").json?.array?.count ?? 0
    let free = state.withLock { state in
      state.archives.keys.filter { !state.queued.contains($0) }.sorted().randomElement(using: &state.chance)
    }
    guard waiting < Self.waitingAtMost, let archive = free else { return try upload(client) }
    // Once only: one that was not answered may be there.
    state.withLock { _ = $0.queued.insert(archive) }
    let printer = draw(0...printers.count)
    let place: JSONValue =
      printer < printers.count
      ? ["archive_id": .int(archive), "printer_id": .int(printers[printer])]
      : ["archive_id": .int(archive), "model": "P1S"]
    let answer = try client.send("POST", "/api/v1/queue", json: place)
    guard answer.status == 201, case .int(let id)? = answer.json?["id"] else { return unexpected("queue", answer) }
    note("items") { state in
      state.items[id] = state.archives[archive]
      state.order.append(id)
    }
  }

  private func delete(_ client: HTTPClient) throws {
    let chosen = state.withLock { state in state.archives.keys.sorted().randomElement(using: &state.chance) }
    guard let chosen else { return try upload(client) }
    opening(.delete(chosen))
    let answer = try client.send("DELETE", "/api/v1/archives/\(chosen)")
    switch answer.status {
    case 200:
      note("deletes") { state in
        state.archives[chosen] = nil
        state.deleted.insert(chosen)
      }
    // An item waits for it.
    case 409: note("refused deletes")
    // It went before, with an answer that nobody got.
    case 404 where now.deleted.contains(chosen): note("deletes")
    default: unexpected("delete", answer)
    }
  }

  private func reorder(_ client: HTTPClient) throws {
    let waiting = Self.ids(try client.get("/api/v1/queue?status=pending"))
    guard waiting.count > 1 else { return try upload(client) }
    let wanted = state.withLock { waiting.shuffled(using: &$0.chance) }
    opening(.order(wanted))
    let answer = try client.send(
      "POST", "/api/v1/queue/reorder", json: ["order": .array(wanted.map { .int($0) })])
    switch answer.status {
    case 200: note("reorders") { $0.order = Self.ids(answer) }
    // One has just started.
    case 400: note("refused reorders")
    default: unexpected("reorder", answer)
    }
  }

  private func move(_ client: HTTPClient) throws {
    var waiting = Self.ids(try client.get("/api/v1/queue?status=pending"))
    guard waiting.count > 1, let last = waiting.popLast() else { return try upload(client) }
    let wanted = [last] + waiting
    opening(.order(wanted))
    let answer = try client.send("PUT", "/api/v1/queue/\(last)/reorder", json: ["position": 0])
    switch answer.status {
    case 200: note("reorders") { $0.order = wanted }
    case 409: note("refused reorders")
    default: unexpected("move", answer)
    }
  }

  private func export(_ client: HTTPClient) throws {
    let format = draw(0...1) == 0 ? "csv" : "xlsx"
    let answer = try client.get("/api/v1/archives/export?format=\(format)")
    guard answer.status == 200, answer.headers["content-length"] == String(answer.body.count) else {
      // Broken off by the kill.
      throw TestKitError("half an export")
    }
    note("exports")
  }

  private func unexpected(_ what: String, _ answer: HTTPClient.Answer) {
    note("unexpected") { $0.complaints.append("\(what): \(answer.status) \(answer.text.prefix(200))") }
  }

  private static func ids(_ answer: HTTPClient.Answer) -> [Int64] {
    (answer.json?.array ?? []).compactMap { if case .int(let id)? = $0["id"] { id } else { nil } }
  }

  /// One of a few files, so that equal ones come again.
  static func file(_ number: Int) -> [UInt8] {
    var project = TestProject()
    project.title = "File \(number)"
    // As it lies in the first tray.
    project.plates[0].filaments[0].color = "#00AE42"
    return project.bytes
  }
}
