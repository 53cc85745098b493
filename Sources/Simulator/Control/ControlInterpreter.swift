import Model

/// The simulator's control language: one line, one answer in words. The printer is meant by its number from 1, or
/// by its serial number.
enum ControlInterpreter {
  static let help = """
    list                                     the printers and what they do
    print N NAME [LAYERS] [MINUTES]          starts a print
    pause N | resume N | runout N            as at the screen; the filament runs out
    cancel N [code-first|together|code-last|idle]
    fail N CODE                              the job fails, for example 0300_4006
    power N off|on                           a power cut, and after
    door N open|closed
    fault N FAULT [VALUE]                    see below
    clear N                                  ends all faults
    code N ACCESS_CODE                       another access code from now on
    certificate N VARIANT                    complete, without-intermediate, direct, other-serial, self-signed,
                                             expired, other-key, other-self-signed
    signed N off|on|silent                   commands must be signed
    files N good|stall|stall-at-end|refuse|silent|wrong-code|no-card|full|cut BYTES|late SECONDS|slow BYTES
                                             what goes wrong with its files
    camera N WORD...                         how its camera behaves; "camera N" tells the words
    delta N                                  the next recorded delta
    counters N                               sessions, commands and complaints
    broker stop|start
    speed FACTOR
    faults: drop, drop-mid-message, refuse, reset, garbage, wrong-code [4|5], limit COUNT [evict], silent, stale,
      zombie, puback-delay SECONDS, puback-swap, puback-never, split, coalesce, and the report styles compact,
      invalid-utf8, trailing-nul, numbers-as-text, huge, not-json, deep-nesting
    """

  static func answer(_ line: String, in world: World) -> String {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map(String.init)
    guard let verb = words.first else { return "" }
    do {
      return try run(verb, Array(words.dropFirst()), world)
    } catch { return "error: \(error)" }
  }

  private static func run(_ verb: String, _ words: [String], _ world: World) throws(SimulatorError) -> String {
    switch verb {
    case "help": return help + "\n" + CloudControl.help
    case "list": return world.devices.indices.map { describe($0, world) }.joined(separator: "\n")
    case "broker": return try broker(words, world)
    case "cloud":
      guard let cloud = world.cloud else { throw SimulatorError("there is no cloud; start with --cloud PORT") }
      return try CloudControl.run(words, cloud)
    case "speed":
      guard let factor = words.first.flatMap({ Double($0) }), factor > 0, factor <= 10_000 else {
        throw SimulatorError("speed must be above 0 and at most 10000")
      }
      world.speed = factor
      return "speed \(factor)"
    default:
      let index = try printer(words.first, world)
      return try PrinterControl.run(verb, Array(words.dropFirst()), index, world)
    }
  }

  private static func broker(_ words: [String], _ world: World) throws(SimulatorError) -> String {
    switch words.first {
    case "stop": world.stopBroker()
    case "start": try world.startBroker()
    default: throw SimulatorError("broker stop, or broker start")
    }
    return world.broker.isRunning ? "the broker runs" : "the broker is stopped"
  }

  private static func printer(_ word: String?, _ world: World) throws(SimulatorError) -> Int {
    guard let word else { throw SimulatorError("which printer? a number from 1 to \(world.devices.count); or help") }
    if let index = world.devices.firstIndex(where: { $0.serial == word }) { return index }
    guard let number = Int(word), world.devices.indices.contains(number - 1) else {
      throw SimulatorError("there is no printer \(word); they are 1 to \(world.devices.count)")
    }
    return number - 1
  }

  static func describe(_ index: Int, _ world: World) -> String {
    let device = world.devices[index]
    let machine = device.machine
    var text = "\(index + 1) \(device.name) \(device.model.rawValue) \(device.serial) 127.0.0.1:\(device.front.port)"
    text += device.isOn ? " \(machine.phase.rawValue) \(machine.percent)%" : " off"
    if let job = machine.job { text += " layer \(machine.layer)/\(job.layers) \(job.name)" }
    return text
  }
}
