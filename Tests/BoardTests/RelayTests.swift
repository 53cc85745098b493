import Board
import Model
import Rules
import TestKit
import Testing

@Suite("Relays do what is asked, once, and nothing on their own")
struct RelayTests {
  @Test("they begin in their safe state without an edge, and the wiring's level is theirs")
  func begin() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      bench.chips.pull(16, high: true)
      let board = try bench.board()
      try await board.start()
      #expect(await board.relays().map(\.isOn) == [false, false])
      #expect(bench.chips.changes.isEmpty)
      await board.stop()
    }
  }

  @Test("switching is one edge; switching again to the same is none")
  func oneEdge() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      bench.chips.pull(16, high: true)
      let board = try bench.board()
      try await board.start()
      try await board.switch("printer", on: true)
      try await board.switch("printer", on: true)
      try await board.switch("fan", on: true)
      #expect(bench.chips.changes.map(\.line) == [0, 16])
      #expect(bench.chips.changes.map(\.isHigh) == [true, false])
      #expect(await board.relay("printer")?.isOn == true)
    }
  }

  @Test("within the minimum interval it is refused with the time that is left")
  func interval() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let board = try bench.board(BoardBench.map.replacing("minimum_interval = 0", by: "minimum_interval = 60"))
      try await board.start()
      try await board.switch("printer", on: true)
      let fault = await #expect(throws: Fault.self) { try await board.switch("printer", on: false) }
      #expect(fault?.code == .conflict)
      #expect((1...60).contains(fault?.retryAfter ?? 0))
      #expect(bench.chips.changes.filter { $0.line == 0 }.count == 1)
    }
  }

  @Test("a relay that is not in the map is not found")
  func unknown() async throws {
    try await withLoop { loop in
      let board = try BoardBench(loop: loop).board()
      try await board.start()
      let fault = await #expect(throws: Fault.self) { try await board.switch("heater", on: true) }
      #expect(fault?.code == .notFound)
    }
  }

  @Test("a service that starts again finds what the keeper held, without an edge")
  func restart() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let first = try bench.board()
      try await first.start()
      try await first.switch("printer", on: true)
      await first.stop()
      #expect(bench.chips.isHigh(0))
      bench.keeper.restart()
      let second = try bench.board()
      try await second.start()
      #expect(await second.relay("printer")?.isOn == true)
      #expect(bench.chips.changes.filter { $0.line == 0 }.count == 1)
      try await second.switch("printer", on: false)
      #expect(!bench.chips.isHigh(0))
    }
  }

  @Test("a relay that the map has no more is let go of")
  func removed() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let first = try bench.board()
      try await first.start()
      try await first.switch("printer", on: true)
      await first.stop()
      bench.keeper.restart()
      let second = try bench.board("[board]\nname = x\nchip = virtual\n")
      try await second.start()
      #expect(bench.keeper.names.isEmpty)
      #expect(!bench.chips.isHigh(0))
    }
  }

  @Test("without a keeper the same boot goes on as it was, another begins safe")
  func memory() async throws {
    try await withLoop { loop in
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/relays"
      for (boot, expected) in [("this boot", true), ("another boot", false)] {
        let first = try BoardBench(loop: loop).board(memory: path)
        try await first.start()
        try await first.switch("printer", on: true)
        await first.stop()
        let bench = BoardBench(loop: loop)
        let second = try bench.board(memory: path, boot: boot)
        try await second.start()
        #expect(await second.relay("printer")?.isOn == expected)
        #expect(bench.chips.isHigh(0) == expected)
        await second.stop()
      }
    }
  }

  @Test("a line that somebody holds is told with the holder; the others work")
  func busy() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      bench.chips.occupy(0, by: "spi0 CS1")
      let board = try bench.board()
      try await board.start()
      #expect(await board.relay("printer")?.isOn == nil)
      let sentence = "Line 0 of virtual is held by “spi0 CS1”. Stop it, or use another line."
      #expect(await board.relay("printer")?.problem == sentence)
      #expect(await board.problem == sentence)
      let fault = await #expect(throws: Fault.self) { try await board.switch("printer", on: true) }
      #expect(fault?.code == .boardError)
      #expect(fault?.message == sentence)
      try await board.switch("fan", on: true)
    }
  }

  @Test("a chip that goes is told, and comes back with all relays safe")
  func vanished() async throws {
    try await withLoop { loop in
      let bench = BoardBench(loop: loop)
      let board = try bench.board()
      try await board.start()
      try await board.switch("printer", on: true)
      bench.chips.setThere(false)
      await bench.until { await board.relay("printer")?.isOn == nil }
      #expect(await board.problem?.contains("GPIO chip virtual") == true)
      bench.chips.setThere(true)
      await bench.until { await board.problem == nil }
      #expect(await board.relay("printer")?.isOn == false)
      #expect(!bench.chips.isHigh(0))
      try await board.switch("printer", on: true)
      #expect(bench.chips.isHigh(0))
    }
  }

  @Test("whichever call fails, no relay is on that nobody switched on, and all is well again afterwards")
  func everyCallFails() async throws {
    try await withLoop { loop in
      for call in 0..<24 {
        let bench = BoardBench(loop: loop)
        let board = try bench.board()
        bench.chips.fail(after: call)
        try await board.start()
        try? await board.switch("printer", on: true)
        #expect(!bench.chips.changes.contains { $0.line == 16 && !$0.isHigh && bench.chips.isHigh(16) })
        bench.chips.fail(after: nil)
        await bench.until { await board.problem == nil }
        try await board.switch("printer", on: true)
        #expect(bench.chips.isHigh(0))
        await board.stop()
      }
    }
  }

  @Test("a map with a chip that is not here does not start, and says which there are")
  func unknownChip() async throws {
    try await withLoop { loop in
      let board = try BoardBench(loop: loop).board("[board]\nname = x\nchip = pinctrl-rp1\n[led a]\nline = 1\n")
      let failure = await #expect(throws: GPIOFailure.self) { try await board.start() }
      #expect(failure?.description == "There is no GPIO chip pinctrl-rp1 here; there are: virtual (virtual).")
    }
  }

  @Test("the same line by name and by number does not start")
  func sameLine() async throws {
    try await withLoop { loop in
      let board = try BoardBench(loop: loop).board(
        "[board]\nname = x\nchip = virtual\n[led a]\nline = 1\n[led b]\nline = LINE1\n")
      let failure = await #expect(throws: GPIOFailure.self) { try await board.start() }
      #expect(
        failure?.description == "The pin map cannot be used: line 1 of virtual is both led a and led b.")
    }
  }
}

extension String {
  func replacing(_ part: String, by other: String) -> String {
    var rest = self[...]
    var result = ""
    while let range = rest.firstRange(of: part) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
