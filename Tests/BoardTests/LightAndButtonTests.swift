import Board
import Loop
import Rules
import TestKit
import Testing

@Suite("Lights follow their patterns, and buttons give gestures")
struct LightAndButtonTests {
  @Test("a steady light needs no timer; a blinking one wakes for its edges only")
  func wakeUps() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let board = try bench.board(isSeen: true)
      try await board.start()
      await board.show("status", .on)
      #expect(bench.chips.isHigh(8))
      await board.show("status", .blink(on: 20, off: 20))
      while bench.chips.changes.count < 12 { await Task.yield() }
      await board.show("status", .off)
      #expect(!bench.chips.isHigh(8))
      let edges = bench.chips.changes.filter { $0.line == 8 }
      for (earlier, later) in zip(edges, edges.dropFirst()) { #expect(earlier.isHigh != later.isHigh) }
      await board.stop()
    }
  }

  @Test("lights that show the same go together, whenever each began")
  func together() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let board = try bench.board(BoardBench.map + "\n[led second]\nline = 9\n", isSeen: true)
      try await board.start()
      await board.show("status", .blink(on: 40, off: 40))
      while bench.chips.changes.count < 3 { await Task.yield() }
      await board.show("second", .blink(on: 40, off: 40))
      let before = bench.chips.changes.count
      while bench.chips.changes.count < before + 8 { await Task.yield() }
      await board.stop()
      // From one edge of both to the next, neither has another.
      let edges = bench.chips.changes[before..<(before + 8)]
      for pair in stride(from: edges.startIndex, to: edges.endIndex, by: 2) {
        #expect(Set(edges[pair...(pair + 1)].map(\.line)) == [8, 9])
      }
    }
  }

  @Test("a virtual light says its pattern and wakes nobody")
  func unseen() async throws {
    try await withLoop { loop in
      let board = try BoardBench(loop: loop).board()
      try await board.start()
      await board.show("status", .count(3))
      #expect(await board.lights.map(\.pattern) == [.count(3)])
      let passes = loop.passes
      #expect(await board.lights.map(\.pattern) == [.count(3)])
      // The call itself is one.
      #expect(loop.passes - passes <= 2)
      await board.stop()
    }
  }

  @Test("edges of the line become a gesture")
  func gesture() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let board = try bench.board()
      try await board.start()
      await board.recognize([.short, .double])
      for _ in 0..<2 {
        bench.chips.pull(24, high: false)
        _ = await board.buttons
        bench.chips.pull(24, high: true)
        _ = await board.buttons
      }
      await bench.until { !bench.gestures.isEmpty }
      #expect(bench.gestures == [.double])
      await board.stop()
    }
  }

  @Test("a button that is down at the start is stuck, and tells so")
  func stuck() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let board = try bench.board(BoardBench.map.replacing("pull = up", by: "pull = down"))
      try await board.start()
      #expect(await board.buttons.map(\.isStuck) == [true])
      bench.chips.pull(24, high: true)
      await bench.until { await board.buttons.map(\.isStuck) == [false] }
      #expect(bench.gestures.isEmpty)
      await board.stop()
    }
  }

  @Test("a PWM light gets a period and a duty cycle")
  func pwm() async throws {
    try await withLoop { loop in
      let root = try TemporaryFolder()
      try root.makeFolder("pwmchip0")
      try root.makeFolder("pwmchip0/pwm1")
      for file in ["period", "duty_cycle", "enable"] { try root.write("0", as: "pwmchip0/pwm1/\(file)") }
      let board = Board(
        map: try BoardMap.parse("[board]\nname = x\nchip = virtual\n[led glow]\npwm = 0:1\n", path: "map.ini"),
        chips: VirtualChips(), loop: loop, keeper: NoKeeper(), memory: RelayMemory(path: nil), isSeen: true,
        pwmRoot: root.path
      ) { _ in }
      try await board.start()
      #expect(await board.lights.map(\.isDimmable) == [true])
      await board.show("glow", .on)
      for (file, text) in [("period", "1000000"), ("duty_cycle", "1000000"), ("enable", "1")] {
        #expect(TemporaryFolder.bytes(of: "\(root.path)/pwmchip0/pwm1/\(file)") == Array(text.utf8))
      }
      await board.stop()
    }
  }

  @Test("a PWM channel that is not there is told")
  func noPWM() async throws {
    try await withLoop { loop in
      let board = Board(
        map: try BoardMap.parse("[board]\nname = x\nchip = virtual\n[led glow]\npwm = 3:1\n", path: "map.ini"),
        chips: VirtualChips(), loop: loop, keeper: NoKeeper(), memory: RelayMemory(path: nil), pwmRoot: "/nowhere"
      ) { _ in }
      try await board.start()
      #expect(await board.problem == "PWM channel 3:1 cannot be used: No such file or directory.")
      await board.stop()
    }
  }
}
