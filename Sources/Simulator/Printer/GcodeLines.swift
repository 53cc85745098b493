import Model

/// The few G-code lines that show in a report: temperatures, fans, the air duct. The rest is taken and has no effect.
enum GcodeLines {
  static func run(_ text: String, on machine: inout MachineState) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let code = words.first else { continue }
      func value(_ letter: Character) -> Double? {
        words.dropFirst().first { $0.first == letter }.flatMap { Double($0.dropFirst()) }
      }
      switch code {
      case "M104", "M109":
        let index = Int(value("T") ?? Double(machine.activeNozzle))
        guard machine.nozzles.indices.contains(index) else { continue }
        machine.nozzles[index].target = value("S") ?? 0
      case "M140", "M190": machine.bed.target = value("S") ?? 0
      case "M141" where machine.model.hasChamberHeater: machine.chamber.target = value("S") ?? 0
      case "M145": machine.airductMode = Int(value("P") ?? 0)
      case "M106": fan(Int(value("P") ?? 1), to: value("S") ?? 255, on: &machine)
      case "M107": fan(Int(value("P") ?? 1), to: 0, on: &machine)
      default: continue
      }
    }
  }

  /// `speed` 0 to 255, as the line has it; reports count 0 to 15.
  private static func fan(_ number: Int, to speed: Double, on machine: inout MachineState) {
    let gear = Int((min(max(speed, 0), 255) / 17).rounded())
    switch number {
    case 1: machine.partFan = gear
    case 2 where machine.model.hasChamberFans: machine.auxFan = gear
    case 3 where machine.model.hasChamberFans: machine.chamberFan = gear
    default: break
    }
  }
}
