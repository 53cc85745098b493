import NIOCore
import Testing

@testable import HTTPServer

@Suite struct RouterTests {
  private func router() throws -> Router<String> {
    var router = Router<String>()
    try router.add(.get, "/printers", "list")
    try router.add(.post, "/printers", "create")
    try router.add(.get, "/printers/{id}", "one")
    try router.add(.get, "/printers/discover", "discover")
    try router.add(.delete, "/printers/{id}/files/{name}", "file")
    try router.add(.get, "/", "root")
    return router
  }

  @Test(arguments: [
    ("GET", "printers", "list"), ("POST", "printers", "create"), ("GET", "printers/7", "one id=7"),
    ("HEAD", "printers/7", "one id=7"), ("GET", "printers/discover", "discover"), ("GET", "", "root"),
    ("DELETE", "printers/7/files/a.3mf", "file id=7 name=a.3mf"),
    ("PUT", "printers", "405 GET HEAD POST OPTIONS"), ("OPTIONS", "printers/7", "405 GET HEAD OPTIONS"),
    ("POST", "printers/discover", "405 GET HEAD OPTIONS"), ("UNSUPPORTED", "printers", "405 GET HEAD POST OPTIONS"),
    ("GET", "plugs", "404"), ("GET", "printers/7/files", "404"), ("GET", "Printers", "404"),
  ]) func finds(_ method: String, _ path: String, _ expected: String) throws {
    let method = try #require(RequestMethod(rawValue: method))
    let answer =
      switch try router().match(method, path: path.split(separator: "/").map(String.init)) {
      case .found(let value, let parameters):
        ([value] + ["id", "name"].compactMap { name in parameters[name].map { "\(name)=\($0)" } }).joined(
          separator: " ")
      case .methodNotAllowed(let allowed): (["405"] + allowed.map(\.rawValue)).joined(separator: " ")
      case .notFound: "404"
      }
    #expect(answer == expected)
  }

  @Test(arguments: [
    "printers", "/printers/{id", "/printers/{}", "/printers/a{id}", "/a//b", "/{id}/{id}", "/printers/{serial}",
    "/printers/discover/",
  ]) func refusesToDeclare(_ template: String) throws {
    var router = try router()
    #expect(throws: RouteDeclarationError.self) { try router.add(.get, template, "x") }
  }
}

@Suite struct OutboxTests {
  /// Adds messages of so many bytes; whether each found room.
  private func add(_ messages: [(size: Int, key: Int?)], to outbox: inout WebSocketOutbox) -> [Bool] {
    messages.map { outbox.add(ByteBuffer(repeating: 0, count: $0.size), key: $0.key) }
  }

  private func sizes(_ outbox: inout WebSocketOutbox) -> [Int] {
    var sizes: [Int] = []
    while let frame = outbox.removeFirst() { sizes.append(frame.readableBytes) }
    return sizes
  }

  @Test func aNewerMessageTakesTheOldOnesPlace() {
    var outbox = WebSocketOutbox(bytes: 100, count: 10)
    let room = add([(10, 1), (20, nil), (30, 1)], to: &outbox)
    #expect(room == [true, true, true])
    #expect(outbox.bytes == 50)
    let left = sizes(&outbox)
    #expect(left == [20, 30])
    #expect(outbox.isEmpty && outbox.bytes == 0)
  }

  @Test func theOldestReplaceableGoesFirst() {
    var outbox = WebSocketOutbox(bytes: 100, count: 10)
    let room = add([(40, 1), (30, nil), (20, 2), (35, nil)], to: &outbox)
    #expect(room == [true, true, true, true])
    let left = sizes(&outbox)
    #expect(left == [30, 20, 35])
  }

  @Test func withoutAnythingToDropThereIsNoRoom() {
    var outbox = WebSocketOutbox(bytes: 100, count: 2)
    let room = add([(40, nil), (40, nil), (1, nil), (1, 1)], to: &outbox)
    #expect(room == [true, true, false, false])
    #expect(outbox.count == 2)
  }
}

@Suite struct ReceiverTests {
  /// Whatever way the bytes are cut, the events are the same.
  @Test(arguments: [1, 2, 3, 7, 1000]) func cutsDoNotMatter(_ size: Int) throws {
    var options = WebSocketOptions()
    options.oversized = .report
    options.maximumMessageBytes = 300
    var receiver = WebSocketReceiver(options: options)
    let text = String(repeating: "grüße ", count: 30)
    let all =
      ClientFrame.text(text) + ClientFrame.make(9, [1, 2, 3, 4, 5])
      + ClientFrame.make(2, [UInt8](repeating: 1, count: 70_000))
      + ClientFrame.make(1, [0x61], fin: false) + ClientFrame.make(0, Array("bcdefghijklmn".utf8))
      + ClientFrame.close(1001)
    var events: [WebSocketEvent] = []
    var unread = ByteBuffer()
    for start in stride(from: 0, to: all.count, by: size) {
      unread.writeBytes(all[start..<min(start + size, all.count)])
      while let event = try receiver.next(&unread) { events.append(event) }
    }
    #expect(
      events == [
        .message(.text(ByteBuffer(string: text))), .ping(ByteBuffer(bytes: [1, 2, 3, 4, 5])), .message(.oversized),
        .message(.text(ByteBuffer(string: "abcdefghijklmn"))), .close(.goingAway),
      ])
  }
}

@Suite struct DateTests {
  @Test(arguments: [
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
  ]) func readsAsHTTPWants(_ seconds: Int, _ text: String) {
    #expect(HTTPDate.text(seconds) == text)
  }
}
