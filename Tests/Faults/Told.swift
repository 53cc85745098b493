import Foundation
import Synchronization
import TestKit
import Wire

/// What every WebSocket so far has told of prints, in order.
final class Told: Sendable {
  private let tales = Mutex<[ToldPrint]>([])

  var all: [ToldPrint] { tales.withLock { $0 } }

  /// What was told of the prints of this name.
  func tales(of name: String) -> [String] { all.filter { $0.name == name }.map(\.status) }

  func count(_ tale: ToldPrint) -> Int { tales.withLock { all in all.count { $0 == tale } } }

  /// Returns once the service has taken the socket, which is then read until the service ends.
  func listen(port: Int, key: String) async throws {
    try await withCheckedThrowingContinuation { (listening: CheckedContinuation<Void, any Error>) in
      // A thread of its own: reading blocks.
      Thread.detachNewThread {
        do {
          let socket = try WebSocketClient(port: port, key: key, timeout: 3_600)
          listening.resume()
          self.read(socket)
        } catch {
          listening.resume(throwing: error)
        }
      }
    }
  }

  private func read(_ socket: WebSocketClient) {
    let kinds = ["print_started", "print_complete", "print_failed"]
    // Ends with the service.
    while let message = try? socket.next(where: { kinds.contains($0["type"]?.string ?? "") }) {
      guard let name = message["payload"]?["task_name"]?.string, let status = message["payload"]?["status"]?.string
      else { continue }
      tales.withLock { $0.append(ToldPrint(name: name, status: status)) }
    }
  }
}

/// The same choices for the same seed.
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
