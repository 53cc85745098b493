import Board
import Loop
import Rules
import Synchronization
import TestKit

/// A board on a virtual chip, and what it told.
final class BoardBench: Sendable {
  static let map = """
    [board]
    name = Test board
    chip = virtual
    pulled_down = 0-15
    pulled_up = 16-31
    [relay printer]
    line = 0
    minimum_interval = 0
    [relay fan]
    line = 16
    active = low
    minimum_interval = 0
    [led status]
    line = 8
    [button main]
    line = 24
    active = low
    pull = up
    debounce = 0
    """

  let chips: VirtualChips
  let keeper = TestKeeper()
  let loop: PollLoop
  private struct Heard {
    var events: [Board.Event] = []
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let heard = Mutex(Heard())

  init(loop: PollLoop, chips: VirtualChips = VirtualChips()) {
    self.loop = loop
    self.chips = chips
    keeper.chips.withLock { $0 = chips }
  }

  func board(_ text: String = map, memory: String? = nil, boot: String = "this boot", isSeen: Bool = false) throws
    -> Board
  {
    Board(
      map: try BoardMap.parse(text, path: "map.ini"), chips: chips, loop: loop, keeper: keeper,
      memory: RelayMemory(path: memory, boot: boot), isSeen: isSeen, retries: [.milliseconds(1)]
    ) { [self] event in
      let waiting = heard.withLock { heard in
        heard.events.append(event)
        defer { heard.waiting = [] }
        return heard.waiting
      }
      for one in waiting { one.resume() }
    }
  }

  var gestures: [ButtonGesture] {
    heard.withLock { heard in
      heard.events.compactMap { if case .gesture(_, let gesture) = $0 { gesture } else { nil } }
    }
  }

  /// Waits until something holds that the board's events bring about.
  func until(_ holds: () async -> Bool) async {
    while true {
      let before = heard.withLock { $0.events.count }
      if await holds() { return }
      await withCheckedContinuation { one in
        let isNew = heard.withLock { heard in
          if heard.events.count == before { heard.waiting.append(one) }
          return heard.events.count != before
        }
        if isNew { one.resume() }
      }
    }
  }
}

/// A keeper in memory, which outlives boards as systemd does.
final class TestKeeper: LineKeeper {
  let chips = Mutex<VirtualChips?>(nil)
  private let kept = Mutex<[String: Int32]>([:])
  private let untaken = Mutex<[String: Int32]>([:])

  var names: [String] { kept.withLock { $0.keys.sorted() } }

  /// The service ends, and another one begins.
  func restart() {
    let all = kept.withLock { $0 }
    untaken.withLock { $0 = all }
  }

  func takeKept(_ name: String) -> Int32? { untaken.withLock { $0.removeValue(forKey: name) } }

  func forgetRest() {
    let rest = untaken.withLock { rest in
      defer { rest = [:] }
      return rest
    }
    for name in rest.keys { forget(name) }
  }

  func keep(_ descriptor: Int32, as name: String) {
    kept.withLock { $0[name] = descriptor }
    chips.withLock { $0 }?.keep(descriptor)
  }

  func forget(_ name: String) {
    guard let descriptor = kept.withLock({ $0.removeValue(forKey: name) }) else { return }
    chips.withLock { $0 }?.keep(descriptor, false)
  }
}
