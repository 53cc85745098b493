/// Control lines that concern one printer.
enum PrinterControl {
  static func run(
    _ verb: String, _ words: [String], _ index: Int, _ world: World
  ) throws(SimulatorError) -> String {
    let device = world.devices[index]
    switch verb {
    case "print": try startPrint(words, device)
    case "pause": device.change { $0.pause(&$1) }
    case "resume": device.change { $0.resume(&$1) }
    case "runout": device.runOut()
    case "cancel":
      guard let order = CancelOrder(rawValue: words.first ?? "together") else {
        throw SimulatorError("cancel N [code-first|together|code-last|idle]")
      }
      device.change { $0.cancel(&$1, order: order) }
    case "fail":
      guard let code = words.first.flatMap({ Int($0.filter { $0 != "_" }, radix: 16) }) else {
        throw SimulatorError("fail N CODE, for example 0300_4006")
      }
      device.change { $0.fail(&$1, error: code) }
    case "power": try power(words, device)
    case "door": try door(words, device)
    case "fault": device.inject(try fault(words))
    case "clear":
      guard device.clearFaults() else { throw SimulatorError("the port \(device.front.port) is taken by now") }
    case "code":
      guard let code = words.first else { throw SimulatorError("code N ACCESS_CODE") }
      device.change(accessCode: code)
    case "certificate":
      guard let variant = words.first.flatMap({ CertificateVariant(rawValue: $0) }) else {
        throw SimulatorError(
          "certificate N " + CertificateVariant.allCases.map(\.rawValue).joined(separator: "|"))
      }
      try world.use(variant, at: index)
      device.front.dropAll()
    case "signed": try signed(words, device)
    case "files": return try FileControl.run(words, device.card)
    case "camera": return try CameraControl.run(words, index, world)
    case "delta": return device.sendNextDelta().map { "sent \($0)" } ?? "no delta is left"
    case "counters": return counters(device.currentCounters)
    default: throw SimulatorError("\(verb) is not known; help lists what is")
    }
    return ControlInterpreter.describe(index, world)
  }

  private static func startPrint(_ words: [String], _ device: PrinterDevice) throws(SimulatorError) {
    guard let name = words.first else { throw SimulatorError("print N NAME [LAYERS] [MINUTES]") }
    let layers = words.count > 1 ? Int(words[1]) : 90
    let minutes = words.count > 2 ? Double(words[2]) : 42
    guard let layers, let minutes, layers > 0, minutes > 0 else {
      throw SimulatorError("LAYERS and MINUTES must be above 0")
    }
    device.startPrint(name: name, layers: layers, minutes: minutes)
  }

  private static func power(_ words: [String], _ device: PrinterDevice) throws(SimulatorError) {
    switch words.first {
    case "off": device.powerOff()
    case "on": try device.powerOn()
    default: throw SimulatorError("power N off|on")
    }
  }

  private static func door(_ words: [String], _ device: PrinterDevice) throws(SimulatorError) {
    guard let word = words.first, word == "open" || word == "closed" else {
      throw SimulatorError("door N open|closed")
    }
    device.change { $1.isDoorOpen = word == "open" }
  }

  private static func signed(_ words: [String], _ device: PrinterDevice) throws(SimulatorError) {
    guard let mode = words.first.flatMap({ CommandAuthorization(rawValue: $0) }) else {
      throw SimulatorError("signed N off|on|silent")
    }
    device.setAuthorization(mode)
  }

  private static func fault(_ words: [String]) throws(SimulatorError) -> PrinterFault {
    let plain: [String: PrinterFault] = [
      "drop": .dropAll, "drop-mid-message": .dropMidMessage, "refuse": .refuseConnections,
      "reset": .resetBeforeHandshake, "garbage": .garbage, "silent": .silent, "stale": .stale, "zombie": .zombie,
      "puback-swap": .swapAcknowledgements, "puback-never": .noAcknowledgement, "split": .splitRecords,
      "coalesce": .coalesceRecords,
    ]
    guard let word = words.first else { throw SimulatorError("fault N FAULT; help lists them") }
    if let fault = plain[word] { return fault }
    if let style = PrinterFault.ReportStyle(rawValue: word) { return .reportStyle(style) }
    let value = words.count > 1 ? Double(words[1]) : nil
    switch word {
    case "wrong-code": return .refuseAccessCode(value == 4 ? 4 : 5)
    case "limit":
      guard let value, (1...100).contains(value) else { throw SimulatorError("fault N limit COUNT [evict]") }
      return .connectionLimit(Int(value), evictsOldest: words.last == "evict")
    case "puback-delay":
      guard let value, (0...600).contains(value) else { throw SimulatorError("fault N puback-delay SECONDS") }
      return .delayAcknowledgement(seconds: value)
    default: throw SimulatorError("there is no fault \(word); help lists them")
    }
  }

  private static func counters(_ counters: PrinterCounters) -> String {
    var lines = [
      "sessions \(counters.sessionsOpen) open, \(counters.sessionsEver) ever, \(counters.refused) refused",
      "connections \(counters.connectionsEver), reports \(counters.reports), commands \(counters.commandsEver)",
    ]
    lines += counters.commands.suffix(10).map { "\($0.name) \($0.sequenceID)" }
    lines += counters.complaints.suffix(10)
    return lines.joined(separator: "\n")
  }
}
