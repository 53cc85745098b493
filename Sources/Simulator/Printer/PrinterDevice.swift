import Model
import Wire

/// One simulated printer: its machine, its MQTT port, and what it says when. Lives on the simulator's thread.
final class PrinterDevice {
  let name: String
  let serial: String
  let model: PrinterModel
  var accessCode: String { front.accessCode }
  let front: TLSFront
  let card: PrinterCard
  let camera: CameraPort
  var machine: MachineState
  var cycle = PrintCycle()
  var counters = PrinterCounters()
  var isStale = false
  var isZombie = false
  var isOn = true
  var style = PrinterFault.ReportStyle.normal
  var authorization = CommandAuthorization.open
  /// From acceptance of a command to its effect. Seconds of real time.
  var effectDelay = 0.4
  /// Prints again when a print has ended.
  var loops = false
  var recording: Recording?
  private var nextDeltaIndex = 0
  private let poller: Poller
  private let publish: (_ topic: String, _ payload: [UInt8]) -> Bool
  private var lastReport: [String: JSONValue] = [:]
  private var sequence = 2000
  private var nextReport = 0.0
  private var random: SplitMix

  init(
    name: String, machine: MachineState, front: TLSFront, card: PrinterCard, camera: CameraPort, poller: Poller,
    seed: UInt64,
    publish: @escaping (_ topic: String, _ payload: [UInt8]) -> Bool
  ) {
    self.name = name
    self.machine = machine
    serial = machine.serial
    model = machine.model
    self.front = front
    self.card = card
    self.camera = camera
    self.poller = poller
    self.publish = publish
    random = SplitMix(state: seed &* 0xD1B5_4A32_D192_ED03)
  }

  // MARK: Time

  /// Moves the machine on by simulated seconds and reports what is due at this moment of real time.
  func advance(by seconds: Double, now: Double) {
    guard isOn else { return }
    defer { showScene() }
    guard recording == nil else { return }
    var landmarks: [MachineState] = []
    cycle.advance(&machine, by: seconds) { landmarks.append($0) }
    for landmark in landmarks { reportByItself(landmark, full: !model.reportsOnlyChanges) }
    if loops, machine.phase == .finish || machine.phase == .failed || machine.phase == .idle {
      startLooped()
    }
    guard now >= nextReport else { return }
    nextReport = now + (model.reportsOnlyChanges ? 0.5 + 4.5 * random.unit() : 1)
    machine.wifi = -45 - Int(random.unit() * 6)
    reportByItself(machine, full: !model.reportsOnlyChanges)
  }

  private func startLooped() {
    machine.bed.target = 0
    let spools = machine.ams.first.map { unit in unit.trays.indices.filter { unit.trays[$0] != nil } } ?? []
    let slot = spools.isEmpty ? 0 : spools[Int(random.unit() * Double(spools.count)) % spools.count]
    let names = ["Bracket", "Cable clip", "Desk organiser", "Planter", "Hinge", "Lamp shade"]
    let name = names[Int(random.unit() * 5.99)]
    start(
      SimulatedJob(
        name: name, file: "\(name).gcode.3mf", layers: 60 + Int(random.unit() * 200),
        minutes: 20 + (random.unit() * 100).rounded(), taskID: String(1000 + sequence), subtaskID: String(sequence),
        tray: machine.ams.first.map { TrayPlace(unit: $0.id, slot: slot) }))
  }

  func start(_ job: SimulatedJob) {
    cycle.start(job, on: &machine)
    reportChange()
  }

  /// Changes the machine and says so at once.
  func change(_ body: (inout PrintCycle, inout MachineState) -> Void) {
    body(&cycle, &machine)
    reportChange()
  }

  // MARK: Reports

  /// Reports the present state: whole or what changed, as the family does.
  func reportChange() { reportByItself(machine, full: !model.reportsOnlyChanges) }

  private func reportByItself(_ state: MachineState, full: Bool) {
    guard isOn, !isStale, recording == nil, front.hasSessions else { return }
    let report = ReportWriter.full(state)
    if full || lastReport.isEmpty {
      sendStatus(report)
    } else {
      var changed = ReportWriter.changes(from: lastReport, to: report)
      guard !changed.isEmpty else { return }
      changed["command"] = "push_status"
      changed["msg"] = 1
      sendStatus(changed)
    }
    lastReport = report
    counters.reports += 1
  }

  private func sendStatus(_ print: [String: JSONValue]) {
    sequence += 1
    var print = print
    print["sequence_id"] = .string(String(sequence))
    send(["print": .object(print)])
  }

  @discardableResult
  func send(_ message: JSONValue) -> Bool { sendRaw(ReportStyler.bytes(message, style: style)) }

  @discardableResult
  func sendRaw(_ payload: [UInt8]) -> Bool { publish("device/\(serial)/report", payload) }

  /// The next recorded delta; its name, or nil when there is none left.
  func sendNextDelta() -> String? {
    guard let recording, nextDeltaIndex < recording.deltas.count else { return nil }
    let delta = recording.deltas[nextDeltaIndex]
    nextDeltaIndex += 1
    send(delta.message)
    return delta.name
  }

  // MARK: Requests

  /// A payload that arrived on the request topic.
  func receive(_ payload: [UInt8]) {
    guard isOn else { return }
    guard let message = try? JSONParser.parse(payload, limits: .init(bytes: 1 << 20)), let members = message.object
    else {
      counters.note(.init(name: "unreadable", sequenceID: "", text: ""), complaints: ["a request is no JSON"])
      return
    }
    for (key, request) in members {
      guard let command = request["command"]?.string else { continue }
      let name = "\(key).\(command)"
      let sequenceID = request["sequence_id"]?.string ?? ""
      let isQuery = key == "info" || key == "pushing"
      counters.note(
        .init(name: name, sequenceID: sequenceID, text: String(decoding: payload, as: UTF8.self)),
        complaints: isQuery ? [] : CommandChecks.complaints(about: name, request))
      guard !isStale else { continue }
      answer(name, key: key, request)
    }
  }

  private func answer(_ name: String, key: String, _ request: JSONValue) {
    switch name {
    case "info.get_version":
      if let recording {
        if let version = recording.version { send(version.echoing(request, under: "info")) }
      } else {
        send(VersionReport.info(machine, sequence: request["sequence_id"] ?? "0"))
      }
    case "pushing.pushall", "pushing.start": pushAll()
    default:
      guard !isZombie else { return }
      if authorization != .open, !CommandTable.queries.contains(name) { return refuse(key: key, request) }
      obey(name, key: key, request)
    }
  }

  private func pushAll() {
    if let recording {
      if let report = recording.pushall { send(report) }
      return
    }
    lastReport = ReportWriter.full(machine)
    sendStatus(lastReport)
  }

  private func obey(_ name: String, key: String, _ request: JSONValue) {
    guard let handler = CommandTable.handlers[name] else {
      return acknowledge(key: key, request, result: "failed", reason: "unknown command")
    }
    var outcome = handler(request, machine)
    if case .accepted = outcome, !machine.phase.isBusy, let error = card.objection(to: name, request) {
      outcome = .accepted { $1.printError = error }
    }
    switch outcome {
    case .failed(let reason): acknowledge(key: key, request, result: "failed", reason: reason)
    case .accepted(let effect):
      acknowledge(key: key, request, result: "success", reason: "")
      // One more report of the old state comes before the effect, as with real printers.
      machine.wifi = machine.wifi == -50 ? -51 : -50
      reportChange()
      poller.after(effectDelay) { [weak self] in self?.change(effect) }
    }
  }

  private func acknowledge(key: String, _ request: JSONValue, result: String, reason: String) {
    var echo = request.object ?? [:]
    echo["result"] = .string(result)
    echo["reason"] = .string(reason)
    send([key: .object(echo)].asJSON)
  }

  /// Refuses an unsigned command, aloud or not (protocol sheet, section 3.9).
  private func refuse(key: String, _ request: JSONValue) {
    var echo = request.object ?? [:]
    if authorization == .required {
      echo["result"] = "failed"
      echo["reason"] = "mqtt message verify failed"
      echo["err_code"] = 84_033_543
    } else {
      machine.hms = [HMSEntry(attribute: 83_887_360, code: 65_543)]
    }
    send([key: .object(echo)].asJSON)
    reportChange()
  }
}

extension [String: JSONValue] {
  fileprivate var asJSON: JSONValue { .object(self) }
}

extension JSONValue {
  /// The same answer with the sequence number of the request.
  fileprivate func echoing(_ request: JSONValue, under key: String) -> JSONValue {
    guard var members = object, var inner = members[key]?.object, let id = request["sequence_id"] else { return self }
    inner["sequence_id"] = id
    members[key] = .object(inner)
    return .object(members)
  }
}

/// A small generator whose numbers are the same in every run.
struct SplitMix {
  var state: UInt64

  /// 0 up to 1.
  mutating func unit() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ (mixed >> 31)) >> 11) / 9_007_199_254_740_992
  }
}
