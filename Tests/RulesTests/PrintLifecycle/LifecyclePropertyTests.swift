import Model
import Rules
import Testing
import Wire

/// Whatever order of states, disconnections, restarts and stops comes: each beginning has exactly one end,
/// and nothing is told of a job that is not there.
@Suite struct LifecyclePropertyTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static func randomMessage(_ generator: inout Generator) -> [String: JSONValue] {
    var print: [String: JSONValue] = [:]
    let states = ["IDLE", "PREPARE", "SLICING", "RUNNING", "RUNNING", "PAUSE", "FINISH", "FAILED", "INIT"]
    if Bool.random(using: &generator) { print["gcode_state"] = .string(states.randomElement(using: &generator) ?? "") }
    if Int.random(in: 0..<4, using: &generator) == 0 {
      print["subtask_id"] = .string(["0", "", "7", "8"].randomElement(using: &generator) ?? "")
    }
    if Int.random(in: 0..<6, using: &generator) == 0 {
      print["gcode_file"] = .string(["", "A.gcode", "B.gcode"].randomElement(using: &generator) ?? "")
    }
    if Bool.random(using: &generator) { print["mc_percent"] = .int(Int64.random(in: 0...100, using: &generator)) }
    if Bool.random(using: &generator) { print["layer_num"] = .int(Int64.random(in: 0...90, using: &generator)) }
    if Int.random(in: 0..<5, using: &generator) == 0 {
      print["print_error"] = .int([0, 0, 50_348_044, 0x0300_4006].randomElement(using: &generator) ?? 0)
    }
    if Int.random(in: 0..<8, using: &generator) == 0 {
      print["fail_reason"] = .string(["0", "50348044"].randomElement(using: &generator) ?? "0")
    }
    return print
  }

  @Test(arguments: 0..<200) func eachBeginningHasExactlyOneEnd(seed: Int) {
    var generator = Generator(state: UInt64(seed))
    let run = LifecycleRun()
    for _ in 0..<400 {
      let pause = Double.random(in: 0...4, using: &generator)
      switch Int.random(in: 0..<40, using: &generator) {
      case 0: run.reconnect(after: pause * 100, Self.randomMessage(&generator))
      case 1: run.restart(after: pause * 10)
      case 2: run.lifecycle.stopRequested(now: run.now)
      default: run.message(after: pause, Self.randomMessage(&generator))
      }
    }
    let isOpen = Self.check(run.events)
    #expect(isOpen == (run.lifecycle.tracked != nil))
    // A printer at rest leaves nothing open.
    run.reconnect(after: 1, ["gcode_state": "IDLE"])
    run.wait(10)
    #expect(Self.check(run.events) == false)
    #expect(run.lifecycle.tracked == nil && run.lifecycle.nextDeadline == nil)
  }

  /// Whether a job is open at the end; nil when the order is broken.
  private static func check(_ events: [PrintEvent]) -> Bool? {
    var isOpen = false
    var isPaused = false
    for event in events {
      switch event {
      case .started, .observed:
        if isOpen { return nil }
        isOpen = true
        isPaused = false
      case .ended:
        if !isOpen { return nil }
        isOpen = false
      case .paused:
        if !isOpen || isPaused { return nil }
        isPaused = true
      case .resumed:
        if !isOpen || !isPaused { return nil }
        isPaused = false
      case .identified, .progress, .stageChanged: if !isOpen { return nil }
      }
    }
    return isOpen
  }
}
