import HTTPServer
import NIOHTTP1
import Synchronization

/// A name for every request, so that an answer and its line in the log can be brought together.
final class RequestIDs: Sendable {
  private static let digits = Array("0123456789abcdefghijkmnpqrstuvwx".utf8)
  private static let longest = 64

  private let start = UInt32.random(in: 0...UInt32.max)
  private let count = Atomic<UInt32>(0)

  /// The client's own where it is a plain word, so that it can follow its requests through; else a new one.
  func name(_ request: HTTPRequest) -> String {
    if let given = request.headers.first(name: "X-Request-Id"), Self.isPlain(given) { return given }
    return next()
  }

  /// Fourteen characters: as many as a string holds without memory of its own.
  func next() -> String {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    return String(unsafeUninitializedCapacity: 14) { buffer in
      for (index, value) in [start, number].enumerated() {
        for place in 0..<7 {
          buffer[index * 7 + place] = Self.digits[Int(value >> UInt32((6 - place) * 5) & 31)]
        }
      }
      return 14
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    (1...longest).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }
}
