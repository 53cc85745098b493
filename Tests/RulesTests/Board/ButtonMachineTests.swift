import Rules
import Testing

@Suite("A button's line becomes gestures")
struct ButtonMachineTests {
  @Test(
    "one hold, by its length",
    arguments: [
      (0.05, ButtonGesture.short), (1.9, .short), (2.1, .long), (4.9, .long), (5.1, .longer), (9.9, .longer),
      (10.1, nil),
      (14.9, nil), (15.1, .veryLong), (29.9, .veryLong), (30.1, nil), (3600, nil),
    ] as [(Double, ButtonGesture?)])
  func holds(seconds: Double, gesture: ButtonGesture?) {
    var bench = SimulatedButton()
    bench.press(.seconds(seconds))
    bench.wait(.seconds(5))
    #expect(bench.gestures == (gesture.map { [$0] } ?? []))
  }

  @Test("short presses that follow one another count together", arguments: 1...6)
  func taps(count: Int) {
    var bench = SimulatedButton()
    for _ in 0..<count {
      bench.press(.milliseconds(80))
      bench.wait(.milliseconds(150))
    }
    bench.wait(.seconds(2))
    let expected: [Int: [ButtonGesture]] = [
      1: [.short], 2: [.double], 3: [.triple], 4: [.quadruple], 5: [.quadruple, .short], 6: [.quadruple, .double],
    ]
    #expect(bench.gestures == expected[count])
  }

  @Test("a pause of half a second parts them")
  func apart() {
    var bench = SimulatedButton()
    for _ in 0..<2 {
      bench.press(.milliseconds(80))
      bench.wait(.milliseconds(500))
    }
    bench.wait(.seconds(1))
    #expect(bench.gestures == [.short, .short])
  }

  @Test("a button that only knows short acts once it is down, the debounce later")
  func atOnce() {
    var bench = SimulatedButton(gestures: [.short])
    bench.press(.seconds(3))
    #expect(bench.gestures == [.short])
    #expect(bench.times == [.milliseconds(10)])
    bench.wait(.seconds(1))
    #expect(bench.gestures == [.short])
  }

  @Test("what means nothing is no gesture, and with no double nobody waits for one")
  func unknown() {
    var bench = SimulatedButton(gestures: [.short, .longer])
    bench.press(.milliseconds(100))
    // The debounce, and no wait for a second press.
    bench.wait(.milliseconds(20))
    #expect(bench.gestures == [.short])
    bench.press(.seconds(3))
    bench.wait(.seconds(1))
    #expect(bench.gestures == [.short])
  }

  @Test("the light confirms each threshold as it is passed, and counts down to the last")
  func phases() {
    var bench = SimulatedButton()
    bench.press(.seconds(31))
    bench.wait(.seconds(1))
    #expect(
      bench.phases == [
        .pressed, .long, .longer, .countdown(secondsLeft: 5), .countdown(secondsLeft: 4), .countdown(secondsLeft: 3),
        .countdown(secondsLeft: 2), .countdown(secondsLeft: 1), .veryLong, .stuck, .up,
      ])
    let lights = bench.phases.compactMap(\.light)
    #expect(Set(lights).count == lights.count, "each looks different")
  }

  @Test("a spike shorter than the debounce is none")
  func spike() {
    var bench = SimulatedButton()
    bench.press(.milliseconds(5))
    bench.wait(.seconds(1))
    #expect(bench.gestures.isEmpty && bench.phases.isEmpty)
  }

  @Test("down at the start means nothing until it comes up")
  func downAtStart() {
    var bench = SimulatedButton(isDown: true)
    bench.wait(.seconds(20))
    bench.release()
    bench.wait(.seconds(1))
    #expect(bench.gestures.isEmpty)
    bench.press(.milliseconds(100))
    bench.wait(.seconds(1))
    #expect(bench.gestures == [.short])
  }

  @Test("the same gestures told again disturb no press, others end it")
  func toldAgain() {
    let start = ContinuousClock.now
    var machine = ButtonMachine(debounce: .zero, gestures: [.short, .long], isDown: false, now: start)
    #expect(machine.take(isDown: true, isEdge: true, at: start) == nil)
    #expect(machine.recognizing([.short, .long]).phase == .pressed)
    #expect(machine.recognizing([.short, .double]).phase == .stuck)
  }

  @Test("presses with bounces are what they would be without", arguments: 0..<200)
  func bounces(seed: Int) {
    var random = Sequence(seed)
    var bench = SimulatedButton()
    var expected: [ButtonGesture] = []
    for _ in 0..<8 {
      let taps = random.next(1...4)
      let hold = random.next(0...3) == 0
      if hold {
        // Away from the thresholds by more than the bounces.
        let seconds = random.pick([3.0, 7.0, 12.0, 20.0, 33.0])
        bench.press(.seconds(seconds), bounces: random.next(0...6), random: &random)
        bench.wait(.seconds(1), bounces: random.next(0...6), random: &random)
        let gesture: ButtonGesture? = [3.0: .long, 7.0: .longer, 20.0: .veryLong][seconds]
        expected += gesture.map { [$0] } ?? []
      } else {
        for _ in 0..<taps {
          bench.press(.milliseconds(random.next(60...400)), bounces: random.next(0...6), random: &random)
          bench.wait(.milliseconds(random.next(60...250)), bounces: random.next(0...6), random: &random)
        }
        bench.wait(.seconds(1))
        expected.append([.short, .double, .triple, .quadruple][taps - 1])
      }
    }
    #expect(bench.gestures == expected)
  }

  @Test("whatever edges get lost and however clocks jump, no press seems longer than it was", arguments: 0..<200)
  func lostEdges(seed: Int) {
    var random = Sequence(seed)
    for _ in 0..<8 {
      var bench = SimulatedButton()
      bench.losesEdges = random.next(1...3)
      bench.random = Sequence(random.next(0...1_000_000))
      let held = Duration.milliseconds(random.next(20...40_000))
      bench.press(held)
      if random.next(0...3) == 0 { bench.jump(.seconds(random.next(-5_000...100_000))) }
      bench.wait(.seconds(40))
      bench.press(.milliseconds(100))
      bench.wait(.seconds(40))
      let least: [ButtonGesture: Duration] = [.long: .seconds(2), .longer: .seconds(5), .veryLong: .seconds(15)]
      for gesture in bench.gestures { #expect((least[gesture] ?? .zero) <= held, "\(gesture) after \(held)") }
      if held > .seconds(31) { #expect(!bench.gestures.contains(.veryLong)) }
    }
  }
}
