import Board
import Model

/// A relay of the board.
struct RelayPlug: PlugDriver {
  let bank: any RelayBank
  let relay: String

  let isAtHand = true

  func turn(on: Bool) async throws { try await bank.switch(relay, on: on) }

  func status() async throws -> PlugReading {
    guard let standing = await bank.relay(relay) else {
      throw Fault(.boardError, "The board has no relay of that name any more. Look at its pin map.")
    }
    if let problem = standing.problem { throw Fault(.boardError, problem) }
    return PlugReading(state: PlugState(isOn: standing.isOn))
  }

  func close() async {}
}
