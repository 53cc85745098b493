import HTTPServer
import Model
import NIOCore
import Synchronization
import Wire

/// One open WebSocket: what it wants to hear, and what it says.
final class LiveClient: Sendable {
  /// Messages that are no use to us, until the client is shown the door.
  private static let patience = 10

  private struct Wishes {
    /// nil is everything.
    var printers: Set<PrinterID>?
    var kinds: Set<LiveEvent.Kind>?
  }

  let connection: WebSocketConnection
  let caller: Caller
  private let wishes = Mutex(Wishes())

  init(connection: WebSocketConnection, caller: Caller) {
    self.connection = connection
    self.caller = caller
  }

  func tell(_ event: LiveEvent) {
    // What is about no printer is for all.
    guard event.printer.map(caller.sees) ?? (!event.isOfGonePrinter || caller.printers == nil) else { return }
    let wanted = wishes.withLock { wishes in
      (event.printer.flatMap { wishes.printers?.contains($0) } ?? true) && (wishes.kinds?.contains(event.kind) ?? true)
    }
    guard wanted else { return }
    let payload = caller.printers.flatMap { event.narrowed?($0) } ?? event.payload
    connection.send(payload, replacing: event.replaces)
  }

  /// Hears the client out until it closes.
  func listen() async {
    var mistakes = 0
    while let message = await connection.next() {
      let problem: String?
      switch message {
      case .text(let text): problem = take(text)
      case .binary: problem = "Binary messages mean nothing here; send JSON text."
      case .oversized: problem = "The message is larger than 64 KiB."
      }
      guard let problem else { continue }
      mistakes += 1
      refuse(problem)
      guard mistakes < Self.patience else {
        connection.close(.policyViolation, reason: "too many messages without meaning")
        return
      }
    }
  }

  /// What is wrong with the message, or nil.
  private func take(_ text: ByteBuffer) -> String? {
    let limits = JSONParser.Limits(bytes: 64 << 10)
    guard let json = try? JSONParser.parse(text.readableBytesView, limits: limits, tolerance: .exact),
      json.object != nil
    else { return "The message is no JSON object." }
    switch json["type"]?.string {
    case "ping"?:
      connection.send(.text(#"{"type":"pong"}"#))
      return nil
    case "subscribe"?:
      return subscribe(json)
    default:
      return "The type of the message must be subscribe or ping."
    }
  }

  private func subscribe(_ json: JSONValue) -> String? {
    var wanted = Wishes()
    if let value = json["printer_ids"], value != .null {
      guard let numbers = value.array, numbers.count <= 500, numbers.allSatisfy({ $0.wholeNumber != nil }) else {
        return "printer_ids must be a list of at most 500 printer numbers."
      }
      wanted.printers = Set(numbers.compactMap { $0.wholeNumber.map(PrinterID.init(rawValue:)) })
    }
    if let value = json["events"], value != .null {
      guard let words = value.array, words.count <= 100, words.allSatisfy({ $0.string != nil }) else {
        return "events must be a list of event names."
      }
      // A name of a later version is no mistake: it just never comes.
      wanted.kinds = Set(words.compactMap { $0.string.flatMap(LiveEvent.Kind.init(rawValue:)) })
    }
    wishes.withLock { $0 = wanted }
    return nil
  }

  private func refuse(_ problem: String) {
    var json = JSONWriter()
    json.beginObject()
    json.key("type")
    json.write("error")
    json.key("payload")
    json.beginObject()
    json.key("code")
    json.write(ErrorCode.invalidRequest.rawValue)
    json.key("message")
    json.write(problem)
    json.endObject()
    json.endObject()
    connection.send(.text(ByteBuffer(bytes: json.bytes)))
  }
}
