import Logging
import Model
import Reach
import Rules
import Wire

/// What comes from the broker: Home Assistant's birth, leftovers of before, and commands.
extension BrokerPublisher {
  /// Commands that are carried out at once; the next is refused.
  private static let commandLimit = 8

  func lookIntoInbox() {
    for message in inbox.takeAll() {
      guard let line, line.isUp, !line.isRetiring, let place = topics.place(of: message.topic) else { continue }
      switch place {
      case .birth:
        // One that was kept has been answered by the greeting.
        if !message.isKept, message.payload == "online" { tellAllAgain() }
      case .config(let object): if message.isKept { sweep(message.topic, object) }
      case .printerState(let serial): if message.isKept { sweepPrinter(serial) }
      case .plugState(let id): if message.isKept { sweepPlug(id) }
      case .printerCommand, .plugCommand, .boardCommand:
        // What somebody kept at the broker would be done again at every connection.
        guard !message.isKept else { continue }
        obey(place, message)
      }
    }
    pump()
  }

  /// Home Assistant asks for a random delay after its birth ("MQTT", section "Use the Birth and Will messages to trigger
  /// discovery").
  private func tellAllAgain() {
    let number = line?.number
    let delay = Int64(Double.random(in: 0...max(0.001, surroundings.pace.rebirth)) * 1000)
    // Owned by nobody: it ends after a moment, and does nothing on another session.
    Task {
      try? await Task.sleep(for: .milliseconds(delay))
      self.renew(number)
    }
  }

  private func renew(_ number: Int?) {
    guard let line, line.number == number, line.isUp else { return }
    line.session.publish(Array("online".utf8), to: topics.status, isRetained: true)
    ledger.renew()
    pump()
  }

  // MARK: Leftovers

  private var serials: [String] { surroundings.fleet.view.all.map(\.identity.serial.text) }

  private func sweep(_ topic: String, _ object: String) {
    guard !ledger.holds(topic) else { return }
    // What a printer has besides is not known while it is away.
    let owner = surroundings.fleet.view.all.first { object.hasPrefix("\($0.identity.serial.text)_ams_") }
    if let owner, owner.report == nil { return }
    ledger.want(nil, at: topic)
  }

  private func sweepPrinter(_ serial: String) {
    guard !serials.contains(serial) else { return }
    forget("\(topics.prefix)/printer/\(serial)")
  }

  private func sweepPlug(_ id: String) {
    guard !standings.keys.contains(where: { $0.description == id }) else { return }
    forget("\(topics.prefix)/plug/\(id)")
  }

  private func forget(_ base: String) {
    for part in ["state", "availability", "camera"] where !ledger.holds("\(base)/\(part)") {
      ledger.want(nil, at: "\(base)/\(part)")
    }
  }

  // MARK: Commands

  private enum Order: Sendable {
    case printer(ControlRequest, PrinterID)
    case plug(PlugDesk.Command, PlugID)
    case identify
  }

  private func obey(_ place: PublishTopics.Place, _ message: BrokerInbox.Message) {
    guard allowsCommands else { return }
    do throws(Fault) {
      let order = try order(place, message.payload)
      var isEmergency = false
      if case .printer(.stop, _) = order { isEmergency = true }
      try admit(isEmergency: isEmergency)
      running += 1
      // Owned by nobody: it ends within the patience of a command.
      Task { await self.carryOut(order, message.topic) }
    } catch {
      answer(message.topic, refusal: error)
    }
  }

  private func order(_ place: PublishTopics.Place, _ word: String) throws(Fault) -> Order {
    switch place {
    case .printerCommand(let serial, let name):
      guard let id = surroundings.fleet.view.all.first(where: { $0.identity.serial.text == serial })?.identity.id else {
        throw Fault(.printerNotFound, "There is no printer \(serial).")
      }
      switch name {
      case "pause": return .printer(.pause, id)
      case "resume": return .printer(.resume(ignoringError: false), id)
      case "stop": return .printer(.stop, id)
      case "light": return .printer(.light(isOn: try Self.isOn(word)), id)
      default: throw Self.unknown
      }
    case .plugCommand(let text, "power"):
      guard let id = standings.keys.first(where: { $0.description == text }) else {
        throw Fault(.plugNotFound, "There is no smart plug \(text).")
      }
      return .plug(try Self.isOn(word) ? .on : .off, id)
    case .boardCommand("identify"): return .identify
    default: throw Self.unknown
    }
  }

  private static func isOn(_ word: String) throws(Fault) -> Bool {
    switch word {
    case "ON": return true
    case "OFF": return false
    default: throw Fault(InvalidValue("payload", "must be ON or OFF"))
    }
  }

  private static let unknown = Fault(
    .notFound, "There is no such command. A printer takes pause, resume, stop and light, a plug power.")

  /// The broker counts as one caller of the API.
  private func admit(isEmergency: Bool) throws(Fault) {
    guard running < Self.commandLimit else {
      throw Fault(.serviceUnavailable, "\(Self.commandLimit) commands are under way. Try again shortly.", retryAfter: 2)
    }
    guard !isEmergency else { return }
    let verdict = limiter.take(.control, by: .address("mqtt"), now: surroundings.clock.now)
    if let verdict, !verdict.isAllowed {
      throw Fault(
        .rateLimited, "The broker sends more than \(verdict.limit) commands a minute (rate_limit.control).",
        retryAfter: verdict.retryAfter)
    }
  }

  private func carryOut(_ order: Order, _ topic: String) async {
    defer { running -= 1 }
    do {
      switch order {
      case .printer(let request, let id): try await surroundings.fleet.perform(request, on: id)
      case .plug(let command, let id):
        _ = try await surroundings.plugs.perform(command, on: id, isForced: false, sender: "the MQTT broker")
      case .identify: _ = await surroundings.board.identify()
      }
      surroundings.logger.info("a command of the MQTT broker was carried out", metadata: ["topic": "\(topic)"])
      answer(topic, result: "acknowledged", message: "")
    } catch let error as Fault {
      answer(topic, refusal: error)
    } catch let error as InvalidValue {
      answer(topic, refusal: Fault(error))
    } catch {
      answer(topic, refusal: Fault(.internalError, "The command was not carried out."))
    }
  }

  private func answer(_ topic: String, refusal: Fault) {
    surroundings.logger.notice(
      "a command of the MQTT broker was refused", metadata: ["topic": "\(topic)", "code": "\(refusal.code.rawValue)"])
    answer(topic, result: refusal.code.rawValue, message: refusal.message)
  }

  /// For those who want to know: not kept at the broker.
  private func answer(_ topic: String, result: String, message: String) {
    guard let line, line.isUp else { return }
    line.session.publish(
      jsonBytes(["topic": .string(topic), "result": .string(result), "message": .string(message)]),
      to: topics.answer, isRetained: false)
  }
}
