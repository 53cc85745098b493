import Board
import Model
import Rules
import Service
import Wire

/// The board, in whole.
package struct BoardView: WireObject {
  let standing: BoardStanding
  let figures: BoardFigures
  let memory: SystemInfo.Memory
  let time: Timestamp
  let isClockSet: Bool

  package static let name = "Board"
  package static let fields: [ObjectField<BoardView>] = [
    ObjectField("name", "What its pin map is called.", example: "Raspberry Pi 4") { $0.standing.name },
    ObjectField("model", "What the board says it is, or null.", example: "Raspberry Pi 4 Model B Rev 1.4") {
      $0.figures.model
    },
    ObjectField("virtual", "No pin map is configured: lights, relays and buttons are in memory.") {
      $0.standing.isVirtual
    },
    ObjectField("chips", "The GPIO chips in use.") { $0.standing.chips.map(ChipView.init) },
    ObjectField("lines", "What is wired to which line.") { $0.standing.lines.map(BoardLineView.init) },
    ObjectField("temperatures", "What the board's own sensors measure.") {
      $0.figures.temperatures.map(TemperatureView.init)
    },
    ObjectField("undervoltage", "Whether its supply gives too little.") {
      BoardSignView(sign: $0.figures.undervoltage)
    },
    ObjectField("throttling", "Whether it runs slower than it could, for its supply or its heat.") {
      BoardSignView(sign: $0.figures.throttling)
    },
    ObjectField("uptime", "Seconds since the board started.", example: 86400) { $0.figures.uptime },
    ObjectField("memory", "Bytes.") { MemoryView(memory: $0.memory) },
    ObjectField("clock", "`set`, or `unset` until the board knows the time.", example: "set") {
      $0.isClockSet ? "set" : "unset"
    },
    ObjectField("time", "The time of the board.") { $0.time },
    ObjectField("error", "The first thing that does not work, or null.", example: .null) { $0.standing.problem },
  ]
}

package struct ChipView: WireObject {
  let chip: ChipIdentity

  package static let name = "GPIOChip"
  package static let fields: [ObjectField<ChipView>] = [
    ObjectField("name", "As the kernel numbers it.", example: "gpiochip0") { $0.chip.name },
    ObjectField("label", "As its driver calls it.", example: "pinctrl-bcm2711") { $0.chip.label },
    ObjectField("lines", "How many it has.", example: 58) { $0.chip.lineCount },
  ]
}

package struct BoardLineView: WireObject {
  let line: BoardStanding.Line

  package static let name = "BoardLine"
  package static let fields: [ObjectField<BoardLineView>] = [
    ObjectField("use", "What is wired to it.", example: "relay printer") { $0.line.use },
    ObjectField("chip", "Its chip, as the pin map names it.", example: "pinctrl-bcm2711") { $0.line.chip },
    ObjectField("line", "Its number or name.", example: "17") { $0.line.line },
  ]
}

package struct TemperatureView: WireObject {
  let temperature: BoardFigures.Temperature

  package static let name = "BoardTemperature"
  package static let fields: [ObjectField<TemperatureView>] = [
    ObjectField("name", "The sensor.", example: "cpu-thermal") { $0.temperature.name },
    ObjectField("celsius", "°C, to one decimal.", example: 48.7) { $0.temperature.celsius },
  ]
}

package struct BoardSignView: WireObject {
  let sign: BoardFigures.Sign

  package static let name = "BoardSign"
  package static let fields: [ObjectField<BoardSignView>] = [
    ObjectField("now", "At this moment; null where the kernel does not say.") { $0.sign.now },
    ObjectField("since_boot", "At any time since the board started; null where the kernel does not say.") {
      $0.sign.sinceBoot
    },
  ]
}
