import Board
import Loop
import Rules

/// The lights while the service starts, from before anything is opened until the board's desk takes them over: bringing a
/// database up to date, or putting a restored state in place, may take its time.
struct StartLight: Sendable {
  private let board: Board
  private let loop: PollLoop

  /// - Parameter path: the pin map. What is wrong with it, or with a line, is told when the board itself starts.
  /// - Returns: nil where there is no light to be lit.
  static func lit(at path: String?) async -> StartLight? {
    guard let path, let map = try? Bench.read(path), let loop = try? PollLoop(name: "start light") else { return nil }
    let board = Board(
      map: BoardMap(name: map.name, relays: [], lights: map.lights, buttons: []), chips: LibgpiodChips(), loop: loop,
      keeper: NoKeeper(), memory: RelayMemory(path: nil)
    ) { _ in }
    guard (try? await board.start()) != nil else {
      loop.shutdown()
      return nil
    }
    for light in map.lights {
      let told = LEDTable.standard.pattern(holding: [.starting], shown: light.shows, count: 1)
      await board.show(light.name, told?.pattern ?? .off)
    }
    return StartLight(board: board, loop: loop)
  }

  /// Lets go of the lights' lines.
  func end() async {
    await board.stop()
    loop.shutdown()
  }
}
