import Rules

/// A button whose line plays against a machine in simulated time, as the board's reader does it.
struct SimulatedButton {
  private let start = ContinuousClock.now
  private var elapsed = Duration.zero
  /// What the machine is told differs from the world's time by this.
  private var offset = Duration.zero
  private var isDown: Bool
  private var machine: ButtonMachine
  private(set) var gestures: [ButtonGesture] = []
  /// When each gesture came.
  private(set) var times: [Duration] = []
  private(set) var phases: [ButtonMachine.Phase] = []
  /// One edge in so many is lost; 0 is none.
  var losesEdges = 0
  var random = Sequence(0)

  init(gestures: Set<ButtonGesture> = Set(ButtonGesture.allCases), isDown: Bool = false) {
    self.isDown = isDown
    machine = ButtonMachine(debounce: .milliseconds(10), gestures: gestures, isDown: isDown, now: start)
  }

  mutating func press(_ length: Duration) {
    set(true)
    wait(length)
    set(false)
  }

  mutating func press(_ length: Duration, bounces: Int, random: inout Sequence) {
    set(true)
    bounce(bounces, &random)
    wait(length)
    set(false)
  }

  mutating func release() { set(false) }

  mutating func wait(_ length: Duration, bounces: Int, random: inout Sequence) {
    bounce(bounces, &random)
    wait(length)
  }

  /// Time goes by, and the machine is asked whenever it wants to be.
  mutating func wait(_ length: Duration) {
    let end = elapsed + length
    while let deadline = machine.deadline {
      let due = max(elapsed, deadline - start - offset)
      guard due <= end else { break }
      // A deadline that does not move on would be asked for ever.
      elapsed = due
      take(isEdge: false)
    }
    elapsed = end
  }

  /// The clock that the machine is told jumps.
  mutating func jump(_ by: Duration) { offset += by }

  private mutating func bounce(_ count: Int, _ random: inout Sequence) {
    for _ in 0..<count {
      for level in [!isDown, isDown] {
        wait(.microseconds(random.next(50...1500)))
        set(level)
      }
    }
  }

  private mutating func set(_ level: Bool) {
    isDown = level
    if losesEdges == 0 || random.next(1...losesEdges) > 1 { take(isEdge: true) }
  }

  private mutating func take(isEdge: Bool) {
    let before = machine.phase
    if let gesture = machine.take(isDown: isDown, isEdge: isEdge, at: start + offset + elapsed) {
      gestures.append(gesture)
      times.append(elapsed)
    }
    if machine.phase != before { phases.append(machine.phase) }
  }
}

/// Numbers that follow from a seed.
struct Sequence {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next(_ range: ClosedRange<Int>) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + Int((state >> 33) % UInt64(range.count))
  }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[next(0...(values.count - 1))] }
}
