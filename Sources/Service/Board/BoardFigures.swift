import Glibc

/// What the kernel tells of the board itself. Each is nil where it does not.
package struct BoardFigures: Hashable, Sendable {
  package struct Temperature: Hashable, Sendable {
    package let name: String
    /// °C.
    package let celsius: Double
  }

  /// Whether something is so now, and was since the board started.
  package struct Sign: Hashable, Sendable {
    package var now: Bool?
    package var sinceBoot: Bool?
  }

  /// `Raspberry Pi 4 Model B Rev 1.4`.
  package var model: String?
  package var temperatures: [Temperature]
  /// The supply gave too little.
  package var undervoltage: Sign
  /// The processor runs slower than it could, for its supply or its heat.
  package var throttling: Sign
  /// Seconds since the board started.
  package var uptime: Int?

  /// - Parameter root: where `/sys` and `/proc` are.
  package static func read(root: String = "") -> BoardFigures {
    let kernel = KernelFiles(root: root)
    let firmware = kernel.firmwareWord
    var undervoltage = Sign(now: firmware.map { $0 & 1 != 0 }, sinceBoot: firmware.map { $0 & 0x1_0000 != 0 })
    // Bits 1 to 3: capped, throttled, at the soft limit of temperature; the same since the start 16 bits higher.
    var throttling = Sign(now: firmware.map { $0 & 0b1110 != 0 }, sinceBoot: firmware.map { $0 & 0xE_0000 != 0 })
    if firmware == nil {
      // Debian's own kernel: the firmware's alarm by way of hwmon, and what cools the processor by slowing it.
      undervoltage.now = kernel.undervoltageAlarm
      // The alarm says nothing of before; what is so now has been since the start.
      undervoltage.sinceBoot = undervoltage.now == true ? true : nil
      throttling.now = kernel.isSlowed
      throttling.sinceBoot = kernel.slowings.map { $0 > 0 } ?? (throttling.now == true ? true : nil)
    }
    return BoardFigures(
      model: kernel.model, temperatures: kernel.temperatures, undervoltage: undervoltage, throttling: throttling,
      uptime: kernel.uptime)
  }
}

/// The files that the figures are read from.
private struct KernelFiles {
  let root: String

  var model: String? {
    let name =
      text("/proc/device-tree/model") ?? text("/sys/firmware/devicetree/base/model")
      ?? text("/sys/class/dmi/id/product_name")
    return name.map { String($0.prefix { $0 != "\0" }) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  var uptime: Int? { text("/proc/uptime").flatMap { Double($0.prefix { $0 != " " }) }.map { Int($0) } }

  var temperatures: [BoardFigures.Temperature] {
    entries("/sys/class/thermal", prefix: "thermal_zone").compactMap { zone in
      guard let number = number("\(zone)/temp") else { return nil }
      let name = text("\(zone)/type") ?? "zone"
      return .init(name: name, celsius: (Double(number) / 100).rounded() / 10)
    }
  }

  /// The firmware's word of the Raspberry Pi's own kernel: hexadecimal.
  var firmwareWord: UInt64? {
    text("/sys/devices/platform/soc/soc:firmware/get_throttled").flatMap { UInt64($0, radix: 16) }
  }

  var undervoltageAlarm: Bool? {
    for sensor in entries("/sys/class/hwmon", prefix: "hwmon") where text("\(sensor)/name") == "rpi_volt" {
      return number("\(sensor)/in0_lcrit_alarm").map { $0 != 0 }
    }
    return nil
  }

  /// The cooling devices that slow processors down.
  private var brakes: [String] {
    entries("/sys/class/thermal", prefix: "cooling_device").filter { device in
      let type = text("\(device)/type") ?? ""
      return type.hasPrefix("cpufreq") || type.hasPrefix("cpu-") || type.hasPrefix("Processor")
    }
  }

  var isSlowed: Bool? {
    let states = brakes.compactMap { number("\($0)/cur_state") }
    return states.isEmpty ? nil : states.contains { $0 > 0 }
  }

  var slowings: Int? {
    let counts = brakes.compactMap { number("\($0)/stats/total_trans") }
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }

  private func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

  private func text(_ path: String) -> String? {
    let place = path.hasPrefix(root) && !root.isEmpty ? path : root + path
    let descriptor = open(place, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return String(text.prefix { $0 != "\n" })
  }

  /// At most 64 paths, in the order of their numbers.
  private func entries(_ folder: String, prefix: String) -> [String] {
    (0..<64).map { number -> String in "\(root)\(folder)/\(prefix)\(number)" }.filter { access($0, F_OK) == 0 }
  }
}
