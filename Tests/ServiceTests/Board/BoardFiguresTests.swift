import Service
import TestKit
import Testing

@Suite("The board's figures are the kernel's, and null where it has none")
struct BoardFiguresTests {
  private static func root(_ files: [String: String]) throws -> TemporaryFolder {
    let root = try TemporaryFolder()
    var made: Set<String> = []
    for (path, text) in files.sorted(by: { $0.key < $1.key }) {
      var folder = ""
      for part in path.split(separator: "/").dropLast() {
        folder += folder.isEmpty ? String(part) : "/\(part)"
        if made.insert(folder).inserted { try root.makeFolder(folder) }
      }
      try root.write(text, as: path)
    }
    return root
  }

  @Test("a machine that tells nothing")
  func nothing() throws {
    let root = try TemporaryFolder()
    let figures = BoardFigures.read(root: root.path)
    #expect(figures.model == nil && figures.temperatures.isEmpty && figures.uptime == nil)
    #expect(figures.undervoltage.now == nil && figures.throttling.sinceBoot == nil)
  }

  @Test(
    "the firmware's word of a Raspberry Pi's own kernel",
    arguments: [
      ("0\n", false, false, false, false), ("50005\n", true, true, true, true), ("50000\n", false, true, false, true),
      ("1\n", true, false, false, false), ("80008\n", false, false, true, true),
    ])
  func firmware(word: String, low: Bool, wasLow: Bool, slow: Bool, wasSlow: Bool) throws {
    let root = try Self.root([
      "sys/devices/platform/soc/soc:firmware/get_throttled": word,
      "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0", "proc/uptime": "123.45 400.00\n",
      "sys/class/thermal/thermal_zone0/temp": "48686\n", "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    ])
    let figures = BoardFigures.read(root: root.path)
    #expect(figures.undervoltage.now == low && figures.undervoltage.sinceBoot == wasLow)
    #expect(figures.throttling.now == slow && figures.throttling.sinceBoot == wasSlow)
    #expect(figures.model == "Raspberry Pi 4 Model B Rev 1.4" && figures.uptime == 123)
    #expect(figures.temperatures.map(\.name) == ["cpu-thermal"])
    #expect(figures.temperatures.map(\.celsius) == [48.7])
  }

  @Test("Debian's own kernel: hwmon's alarm, and what slows the processor")
  func mainline() throws {
    let root = try Self.root([
      "sys/class/hwmon/hwmon1/name": "rpi_volt\n", "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
      "sys/class/thermal/cooling_device0/type": "cpufreq-cpu0\n", "sys/class/thermal/cooling_device0/cur_state": "2\n",
    ])
    let figures = BoardFigures.read(root: root.path)
    #expect(figures.undervoltage.now == true && figures.undervoltage.sinceBoot == true)
    #expect(figures.throttling.now == true && figures.throttling.sinceBoot == true)
  }
}
