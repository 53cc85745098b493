import Synchronization

/// A chip that is none: lines in memory, which tests and the virtual board drive and read. It behaves as the kernel's
/// does, down to a line that somebody else holds, a chip that goes, and lines that fall back when they are let go.
package final class VirtualChips: GPIOChips {
  /// A change of an output, in order.
  package struct Change: Hashable, Sendable {
    package let line: Int
    /// Electrically.
    package let isHigh: Bool
  }

  struct Line {
    /// What pulls it while nobody drives it.
    var isPulledHigh = false
    var driven: Bool?
    var holder: String?
    /// A keeper has it as well.
    var isKept = false
    var onEdge: (@Sendable () -> Void)?

    var isHigh: Bool { driven ?? isPulledHigh }
  }

  private struct State {
    var lines: [Line]
    var changes: [Change] = []
    var isThere = true
    /// Calls from now until one fails; nil is never.
    var callsLeft: Int?
  }

  /// What stands for the descriptor of line 0; none of the process's own comes near.
  static let firstDescriptor: Int32 = 1 << 30
  /// Older changes are forgotten.
  private static let rememberedChanges = 1024

  package let identity: ChipIdentity
  private let state: Mutex<State>

  package init(label: String = "virtual", lineCount: Int = 32) {
    identity = ChipIdentity(name: label, label: label, lineCount: lineCount)
    state = Mutex(State(lines: Array(repeating: Line(), count: lineCount)))
  }

  package var isVirtual: Bool { true }

  package func all() -> [ChipIdentity] { state.withLock { $0.isThere } ? [identity] : [] }

  package func open(_ reference: String) throws(GPIOFailure) -> any GPIOChip {
    guard all().contains(where: { $0.label == reference || $0.name == reference }) else {
      throw .unknownChip(reference, known: all())
    }
    return VirtualChip(chips: self)
  }

  // MARK: From outside

  /// Pulls a line, as a person at a button does.
  package func pull(_ line: Int, high: Bool) {
    let tell = state.withLock { state in
      let before = state.lines[line].isHigh
      state.lines[line].isPulledHigh = high
      return state.lines[line].isHigh == before ? nil : state.lines[line].onEdge
    }
    tell?()
  }

  package func isHigh(_ line: Int) -> Bool { state.withLock { $0.lines[line].isHigh } }

  /// What outputs did, oldest first.
  package var changes: [Change] { state.withLock { $0.changes } }

  /// Somebody else takes a line, or lets go of it with nil.
  package func occupy(_ line: Int, by holder: String?) { state.withLock { $0.lines[line].holder = holder } }

  /// A keeper holds a relay's line from now on, or no more.
  package func keep(_ descriptor: Int32, _ isKept: Bool = true) {
    let offset = Int(descriptor - Self.firstDescriptor)
    state.withLock { $0.lines[offset].isKept = isKept }
    if !isKept { release(offset) }
  }

  /// The chip is unplugged, or is there again, with all lines free.
  package func setThere(_ isThere: Bool) {
    let tell = state.withLock { state in
      state.isThere = isThere
      let followers = state.lines.compactMap(\.onEdge)
      for index in state.lines.indices {
        Self.drive(index, to: nil, in: &state)
        state.lines[index].holder = nil
        state.lines[index].isKept = false
      }
      return followers
    }
    for one in tell { one() }
  }

  /// The call after so many fails.
  package func fail(after calls: Int?) { state.withLock { $0.callsLeft = calls } }

  // MARK: For its lines

  func check() throws(GPIOFailure) {
    let (isThere, fails) = state.withLock { state in
      guard let left = state.callsLeft else { return (state.isThere, false) }
      state.callsLeft = left - 1
      return (state.isThere, left == 0)
    }
    guard isThere else { throw .vanished(identity.label) }
    if fails { throw .refused("A line of \(identity.label) does not answer", reason: "Input/output error") }
  }

  func standing(_ offset: Int) -> LineStanding {
    state.withLock { state in
      let line = state.lines[offset]
      return LineStanding(name: "LINE\(offset)", consumer: line.holder, isOutput: line.driven != nil)
    }
  }

  func take(_ request: LineRequest, isHigh: Bool?, onEdge: (@Sendable () -> Void)?) throws(GPIOFailure) {
    try check()
    guard (0..<identity.lineCount).contains(request.offset) else {
      throw .unknownLine("\(request.offset)", chip: identity)
    }
    let holder = state.withLock { state -> String? in
      if let holder = state.lines[request.offset].holder { return holder }
      state.lines[request.offset].holder = request.consumer
      state.lines[request.offset].onEdge = onEdge
      Self.drive(request.offset, to: isHigh, in: &state)
      return nil
    }
    if let holder { throw .busy("\(request.offset) of \(identity.label)", holder: holder) }
  }

  func drive(_ offset: Int, high: Bool) throws(GPIOFailure) {
    try check()
    state.withLock { Self.drive(offset, to: high, in: &$0) }
  }

  func isKept(_ descriptor: Int32) -> Bool {
    let offset = Int(descriptor - Self.firstDescriptor)
    return state.withLock { $0.lines.indices.contains(offset) && $0.lines[offset].isKept }
  }

  func release(_ offset: Int) {
    state.withLock { state in
      guard !state.lines[offset].isKept else { return }
      Self.drive(offset, to: nil, in: &state)
      state.lines[offset].holder = nil
      state.lines[offset].onEdge = nil
    }
  }

  private static func drive(_ offset: Int, to high: Bool?, in state: inout State) {
    let before = state.lines[offset].isHigh
    state.lines[offset].driven = high
    guard state.lines[offset].isHigh != before else { return }
    state.changes.append(Change(line: offset, isHigh: state.lines[offset].isHigh))
    if state.changes.count > rememberedChanges { state.changes.removeFirst() }
  }
}
