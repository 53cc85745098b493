import Model
import Rules
import Testing

@Suite("Lights tell states apart by rhythm")
struct LEDTests {
  @Test(
    "the language, both ways",
    arguments: ["off", "on", "heartbeat", "breathe", "count 1", "count 9", "blink 20 10000", "blink 500 500"])
  func language(text: String) {
    #expect(LEDPattern(text)?.text == text)
  }

  @Test(
    "what is not in it",
    arguments: [
      "", "On", "on ", " on", "blink", "blink 500", "blink 19 500", "blink 500 10001", "blink 0500 500",
      "blink +500 500",
      "blink 500  500", "blink 500 500 500", "count", "count 0", "count 10", "count -1", "count 2.0", "heartbeat 2",
      "rainbow", "blink ５００ 500",
    ])
  func unknown(text: String) { #expect(LEDPattern(text) == nil) }

  @Test("a light is at the level of its time, and says when that ends")
  func levels() {
    let blink = LEDPattern.blink(on: 100, off: 900).cycle(isDimmable: false)
    #expect(blink.at(.zero) == (1, .milliseconds(100)))
    #expect(blink.at(.milliseconds(60)) == (1, .milliseconds(40)))
    #expect(blink.at(.milliseconds(100)) == (0, .milliseconds(900)))
    #expect(blink.at(.milliseconds(1_000_050)) == (1, .milliseconds(50)))
    #expect(blink.at(.milliseconds(-50)) == (0, .milliseconds(50)))
    #expect(LEDPattern.on.cycle(isDimmable: false).at(.seconds(5)) == (1, nil))
  }

  @Test("whatever the clock does, a light is where its round says, and wakes at each edge once", arguments: 0..<40)
  func model(seed: Int) throws {
    var random = Sequence(seed)
    for _ in 0..<5 {
      let pattern = random.pick(
        [
          .off, .on, .heartbeat, .breathe, .count(random.next(1...9)),
          .blink(on: random.next(20...10_000), off: random.next(20...10_000)),
        ] as [LEDPattern])
      let cycle = pattern.cycle(isDimmable: random.next(0...1) == 1)
      // The round, millisecond by millisecond.
      let round = cycle.phases.flatMap { [Double](repeating: $0.level, count: $0.milliseconds) }
      var time = random.next(0...100_000)
      for _ in 0..<50 {
        let (level, remaining) = cycle.at(.milliseconds(time))
        guard let remaining else {
          #expect(level == cycle.phases[0].level && round.isEmpty)
          break
        }
        let place = ((time % round.count) + round.count) % round.count
        #expect(level == round[place], "\(pattern.text) at \(time)")
        // The level holds until the timer comes.
        let left = Int(remaining / .milliseconds(1))
        try #require(left > 0)
        #expect(round[(place + left - 1) % round.count] == level, "\(pattern.text) at \(time) for \(left)")
        // The timer comes in time or late, or the clock jumps by a day either way.
        switch random.next(0...9) {
        case 0: time += random.next(-86_400_000...86_400_000)
        case 1...3: time += left + random.next(1...5_000)
        default: time += left
        }
      }
    }
  }

  @Test("counting flashes as often as it says", arguments: 1...9)
  func counting(flashes: Int) {
    let cycle = LEDPattern.count(flashes).cycle(isDimmable: false)
    #expect(cycle.phases.count { $0.level == 1 } == flashes)
    #expect(cycle.phases.last?.milliseconds == 1700)
  }

  @Test("breathing goes up and down where it can, in steps that nobody sees")
  func breathing() {
    let levels = LEDPattern.breathe.cycle(isDimmable: true).phases.map(\.level)
    #expect(levels.first == 0 && levels.max() == 1)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { abs($0 - $1) < 0.07 })
    #expect(Set(LEDPattern.breathe.cycle(isDimmable: false).phases.map(\.level)) == [0, 1])
  }

  @Test("any two states differ in how often, how long or how short their light shines")
  func rhythms() {
    let cycles = LEDState.allCases.flatMap { state -> [(String, LEDCycle)] in
      let counts = state == .pairing ? Array(2...6) : [1]
      return counts.compactMap { count in
        LEDTable.standard.pattern(holding: [state], shown: [state], count: count).map {
          ("\(state) \(count)", $0.pattern.cycle(isDimmable: false))
        }
      }
    }
    for (index, (name, cycle)) in cycles.enumerated() {
      for (otherName, other) in cycles[(index + 1)...] {
        let lit = [cycle, other].map { one in one.phases.filter { $0.level == 1 }.map(\.milliseconds) }
        let dark = [cycle, other].map { one in one.phases.filter { $0.level == 0 }.map(\.milliseconds) }
        func differ(_ a: Int?, _ b: Int?) -> Bool {
          guard let a, let b else { return a != b }
          return max(a, b) * 2 >= 3 * min(a, b)
        }
        #expect(
          lit[0].count != lit[1].count || differ(lit[0].max(), lit[1].max()) || differ(dark[0].max(), dark[1].max()),
          "\(name) looks like \(otherName)")
      }
    }
  }

  @Test("the most urgent of what holds is shown, and only what the light is there for")
  func priority() {
    let table = LEDTable.standard
    let all = Set(LEDState.allCases)
    for (index, state) in LEDState.allCases.enumerated() {
      let holding = Set(LEDState.allCases[index...])
      #expect(table.pattern(holding: holding, shown: all, count: 3)?.state == state)
    }
    #expect(table.pattern(holding: all, shown: [.printing], count: 1)?.state == .printing)
    #expect(table.pattern(holding: [.ready], shown: [.printing], count: 1) == nil)
    #expect(table.pattern(holding: [.pairing], shown: all, count: 4)?.pattern == .count(4))
  }

  @Test(
    "what printers bring about",
    arguments: [
      (PrinterState.idle, false, true, LEDState.ready), (.preparing, false, true, .printing),
      (.printing, false, false, .printing), (.printing, true, false, .attention), (.paused, false, false, .attention),
      (.finished, false, false, .plate), (.finished, false, true, .ready), (.failed, false, false, .attention),
      (.failed, false, true, .ready), (.offline, false, false, .ready), (.error, false, true, .attention),
      (.unknown, false, true, .ready),
    ] as [(PrinterState, Bool, Bool, LEDState)])
  func printers(state: PrinterState, hasProblem: Bool, isCleared: Bool, expected: LEDState) {
    var situation = BenchSituation()
    situation.isStarting = false
    situation.printers = [
      BenchSituation.Printer(state: state, hasProblem: hasProblem, isPlateCleared: isCleared)
    ]
    #expect(shown(situation) == expected)
  }

  @Test("what else brings about a state")
  func others() {
    var situation = BenchSituation()
    #expect(shown(situation) == .starting)
    situation.isStarting = false
    situation.printers = [.init(state: .finished, hasProblem: false, isPlateCleared: false)]
    situation.wantsPlatesCleared = false
    #expect(shown(situation) == .done)
    situation.hasNetwork = false
    #expect(shown(situation) == .noNetwork)
    situation.isWell = false
    #expect(shown(situation) == .error)
    situation.pairingBlinks = 3
    #expect(shown(situation) == .pairing)
    situation.isUpdating = true
    #expect(shown(situation) == .updateRunning)
    situation.isIdentifying = true
    #expect(shown(situation) == .identify)
  }

  private func shown(_ situation: BenchSituation) -> LEDState? {
    LEDTable.standard.pattern(holding: situation.holding, shown: Set(LEDState.allCases), count: 1)?.state
  }
}
