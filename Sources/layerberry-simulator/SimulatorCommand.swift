import ArgumentParser
import Glibc
import Model
import Simulator

/// `layerberry-simulator`: printers to try the service on, without a printer.
@main
struct SimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layerberry-simulator",
    abstract: "Stands in for printers: MQTT over TLS on loopback, prints that go on, faults on demand.",
    discussion: """
      Prints one line for each printer, then serves until SIGTERM. Control lines are read from standard input and \
      from the socket "control" in the folder; "help" lists them.
      """)

  @Option(help: "Models, separated by commas: X1C,P1S,A1MINI,H2D.")
  var printers = "P1S"

  @Option(help: "How many printers; the models repeat. By default one of each.")
  var count: Int?

  @Option(help: "Where keys, the test root (root.pem) and the control socket go.")
  var folder = "simulator"

  @Option(
    help:
      "The first printer's MQTT port, its files one further, its camera two, each next printer ten further; 0 lets the system choose."
  )
  var basePort = 18830

  @Option(help: "Simulated seconds a second, up to 10000.")
  var speed = 1.0

  @Option(help: "How all cameras behave, as the control line has it: \"fps 10 size 1920x1080\".")
  var camera = ""

  @Flag(help: "Print again and again.")
  var loop = false

  @Option(help: "A file of recorded reports to answer from; may be repeated.")
  var replay: [String] = []

  @Option(help: "Seconds between the recorded deltas; without it they come by the control line \"delta N\".")
  var interval: Double?

  @Option(help: "Announce the printers to this UDP port by broadcast; printers use 2021.")
  var ssdp: Int?

  @Option(help: "Where announcements go instead: an IPv4 address, for instance 127.0.0.1.")
  var ssdpAddress = "255.255.255.255"

  @Option(help: "Seconds between announcements.")
  var ssdpInterval = 5.0

  @Option(help: "How they are written: complete, lower-case, upper-case, sparse, without-location.")
  var ssdpStyle = AnnouncementStyle.complete

  @Flag(help: "Answer searches on that port as well, which many printers do not.")
  var ssdpAnswers = false

  @Option(help: "Say who the first printer is on this TCP port; printers use 3000.")
  var bind: Int?

  @Option(help: "The same in TLS; printers use 3002.")
  var bindTls: Int?

  @Option(help: "Stand in for the maker's cloud as well, on this TCP port of 127.0.0.1; 0 lets the system choose.")
  var cloud: Int?

  @Option(help: "The form of the cloud's answers: observed, or reference.")
  var cloudManner = CloudStandManner.observed

  @Option(help: "What signing in to the cloud needs: password, code, or tfa.")
  var cloudDemand = CloudStandAccount.Demand.password

  @Flag(help: "Describe the printers in JSON.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(speed) || (speed > 0 && speed < 1) else {
      throw ValidationError("--speed must be above 0 and at most 10000")
    }
    guard (1...64).contains(count ?? 1) else { throw ValidationError("--count must be 1 to 64") }
    guard basePort == 0 || (1024...60_000).contains(basePort) else {
      throw ValidationError("--base-port must be 0 or 1024 to 60000")
    }
    for (name, port) in [("ssdp", ssdp), ("bind", bind), ("bind-tls", bindTls)] {
      guard (1...65_535).contains(port ?? 1) else { throw ValidationError("--\(name) must be 1 to 65535") }
    }
    guard (0...65_535).contains(cloud ?? 0) else { throw ValidationError("--cloud must be 0 to 65535") }
    guard ssdpInterval > 0 else { throw ValidationError("--ssdp-interval must be above 0") }
    guard (try? HostName(ssdpAddress))?.isNumeric == true, !ssdpAddress.contains(":") else {
      throw ValidationError("--ssdp-address must be an IPv4 address")
    }
    guard interval ?? 1 > 0 else { throw ValidationError("--interval must be above 0") }
  }

  func run() async throws {
    let stops = StopSignals.install()
    let specifications = try makeSpecifications()
    let simulation = try await Simulation.start(
      folder: folder, printers: specifications, speed: speed, basePort: basePort, loops: loop)
    try setCameras(simulation)
    try announce(simulation)
    for printer in simulation.printers { say(json ? printer.jsonLine : printer.line) }
    if let port = cloud.flatMap({ UInt16(exactly: $0) }) {
      let account = CloudStandAccount(demand: cloudDemand)
      let opened = try simulation.openCloud(port: port, account: account, manner: cloudManner)
      // A made-up account, here to be used.
      let words = "account \(account.name) password \(account.password.exposed) code \(account.code.exposed)"
      if !json { say("cloud \(opened.url) \(words)") }
    }
    if !json { say("trust \(folder)/root.pem, control \(simulation.controlPath)") }
    // It ends with the process: nothing else ends a read of standard input.
    Thread.start { answerStandardInput(simulation) }
    let deltas = interval.map { seconds in Task { await sendDeltas(simulation, every: seconds) } }
    await stops.wait()
    deltas?.cancel()
    await simulation.stop()
  }

  private func setCameras(_ simulation: Simulation) throws {
    guard !camera.isEmpty else { return }
    for number in 1...simulation.printers.count {
      let answer = simulation.command("camera \(number) \(camera)")
      guard !answer.hasPrefix("error") else { throw ValidationError("--camera: \(answer.dropFirst(7))") }
    }
  }

  private func announce(_ simulation: Simulation) throws {
    guard ssdp != nil || bind != nil || bindTls != nil else { return }
    var settings = DiscoverySettings()
    settings.destination = ssdpAddress
    settings.seconds = ssdpInterval
    settings.style = ssdpStyle
    // Without a port to announce to, the bind ports alone.
    settings.announces = ssdp != nil
    settings.answersSearches = ssdp != nil && ssdpAnswers
    if let port = ssdp.flatMap({ UInt16(exactly: $0) }) { (settings.port, settings.searchPort) = (port, port) }
    settings.bindPort = bind.flatMap { UInt16(exactly: $0) }
    settings.secureBindPort = bindTls.flatMap { UInt16(exactly: $0) }
    try simulation.announce(settings)
  }

  private func makeSpecifications() throws -> [PrinterSpecification] {
    if !replay.isEmpty { return replay.map { .replay($0) } }
    let models = try printers.split(separator: ",").map { word in
      guard let model = PrinterModel(name: String(word)) else {
        let known = PrinterModel.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--printers: \(word) is no model; known are \(known)")
      }
      return model
    }
    guard !models.isEmpty else { throw ValidationError("--printers must name a model") }
    return (0..<(count ?? models.count)).map { PrinterSpecification(model: models[$0 % models.count]) }
  }
}

extension AnnouncementStyle: ExpressibleByArgument {}
extension CloudStandManner: ExpressibleByArgument {}
extension CloudStandAccount.Demand: ExpressibleByArgument {}
