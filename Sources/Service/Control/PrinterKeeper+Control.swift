import Link
import Model
import Rules
import Store
import Wire

/// From a request to the printer and back.
extension PrinterKeeper {
  /// Carries the request out, and returns when the printer has acknowledged it (contract, section 5).
  ///
  /// - Throws: `InvalidValue` or `Fault`; nothing has been sent when it is a 400, a 503, or a 409 about the state.
  func perform(_ request: ControlRequest) async throws {
    var objects: Set<Int>?
    if case .skipObjects = request { objects = await surroundings.jobObjects(id) }
    if let parting { throw parting }
    var situation = try situation()
    situation.objects = objects
    situation.skipped = skippedParts
    let plan = try ControlPlan(request, for: situation)
    let messages = try plan.messages(for: situation.target)
    try situation.admit(plan.need)
    if cuts > 0, !request.isEnding { throw Self.isBeingCut }
    guard !desk.isFull else {
      throw Fault(
        .serviceUnavailable, "\(CommandDesk.capacity) commands wait for this printer already. Try again shortly.",
        retryAfter: 2)
    }
    let patience = plan.isStart ? Duration.seconds(surroundings.startPatience) : CommandDesk.patience
    skippedParts.ask(plan.skippedObjects)
    let verdict = try await send(messages, plan, patience: patience)
    noteSkipped(plan.skippedObjects, verdict)
    switch verdict {
    case .acknowledged: return
    case .refused(_, isSignature: true): throw ControlStanding.fault
    case .refused(let reason, isSignature: false): throw Self.refusal(reason)
    case .failed(let code): throw Self.refusal("\(code.text), \(words(for: code, on: situation.model))")
    case .silent(let wasEchoed): throw silence(wasEchoed: wasEchoed, patience: patience)
    }
  }

  private func noteSkipped(_ objects: [Int], _ verdict: CommandProgress.Verdict) {
    switch verdict {
    case .acknowledged: skippedParts.settle(objects, accepted: true)
    case .refused, .failed: skippedParts.settle(objects, accepted: false)
    case .silent: break
    }
  }

  static var isBeingCut: Fault {
    Fault(.conflict, "The printer's power is being cut just now. Try again when its plug is on.")
  }

  func situation() throws(Fault) -> ControlPlan.Situation {
    let report = currentReport ?? PrinterReport()
    guard let model = report.model ?? record.model ?? PrinterModel(serial: record.serial) else {
      throw Fault(
        .conflict, "Nobody knows what model this printer is, so no limits are known. Enter it in the printer's data.")
    }
    return ControlPlan.Situation(
      model: model, state: presence.state, problem: presence.problem, standing: control.standing, report: report)
  }

  private func send(
    _ messages: [CommandMessage], _ plan: ControlPlan, patience: Duration
  ) async throws -> CommandProgress.Verdict {
    let number = desk.takeNumber()
    let errors = plan.heedsErrors ? PrintErrorWatch(known: currentReport?.printError) : nil
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          let awaited = try publish(messages, plan)
          desk.wait(
            as: number,
            for: CommandProgress(awaiting: awaited, effect: plan.effect, mustShow: plan.mustShow, errors: errors),
            patience: patience
          ) { continuation.resume(with: $0) }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      // Owned by nobody: one hop to the loop.
      Task { await self.giveUp(number) }
    }
  }

  private func giveUp(_ number: Int) { desk.fail(number, CancellationError()) }

  /// - Returns: the sequence numbers of the messages that the printer answers.
  private func publish(_ messages: [CommandMessage], _ plan: ControlPlan) throws(Fault) -> [String] {
    var awaited: [String] = []
    for message in messages where !isUp && cloud != nil {
      let number = try publishByCloud(message)
      if message.isAnswered { awaited.append(String(number)) }
    }
    guard let session else { throw Self.offline }
    for message in messages where isUp || cloud == nil {
      do throws(PublishError) {
        let number = try session.publish(expectsAnswer: message.isAnswered) { number in
          message.payload(sequence: Int(number)).bytes
        }
        if message.isAnswered { awaited.append(String(number)) }
      } catch {
        throw Self.fault(from: error)
      }
    }
    if plan.isStart { session.spare(for: .seconds(surroundings.startPatience)) }
    if plan.stopsJob { lifecycle.stopRequested(now: surroundings.clock.now) }
    if plan.startedTaskID != nil, let openStart { lifecycle.submitted(openStart) }
    return awaited
  }

  // MARK: What the printer says

  /// An answer to a command, of ours or of somebody else.
  func heard(_ acknowledgement: CommandAcknowledgement) {
    guard let sequenceID = acknowledgement.sequenceID else { return }
    let answer: CommandProgress.Answer =
      switch acknowledgement.result {
      case .success: .success
      case .absent where !acknowledgement.isSignatureRefusal: .echo
      case .absent, .failed:
        .failed(reason: Self.reason(acknowledgement), isSignature: acknowledgement.isSignatureRefusal)
      }
    let before = control
    guard desk.answered(sequenceID, answer) else { return }
    control.answered(answer)
    if control.standing != before.standing { show(now: surroundings.clock.now) }
  }

  /// A report has been merged.
  func weighControl(_ report: PrinterReport) {
    let before = control.standing
    control.reported(report)
    if before != .refused, control.standing == .refused { desk.refuseAll() }
    desk.reported(report)
  }

  private static func reason(_ acknowledgement: CommandAcknowledgement) -> String? {
    let code = acknowledgement.errorCode.map { PrintErrorCode(rawValue: $0).text }
    let words = acknowledgement.reason.map { text in
      String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }
    let parts = [words, code].compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  // MARK: Faults

  static var offline: Fault {
    Fault(.printerOffline, "There is no session with the printer, so nothing was sent. Its status says why.")
  }

  /// Somebody disconnected the printer while a command waited.
  static var parted: Fault {
    Fault(.printerOffline, "The printer was disconnected before it answered; whether it obeyed is not known.")
  }

  /// Somebody deleted the printer while a command waited.
  static var deleted: Fault {
    Fault(.printerNotFound, "The printer was deleted before it answered; whether it obeyed is not known.")
  }

  private func words(for code: PrintErrorCode, on model: PrinterModel) -> String {
    let text = FaultText.describe(code, model: model).message ?? "which its screen explains"
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private static func refusal(_ reason: String?) -> Fault {
    Fault(.commandRefused, "The printer refused: \(reason ?? "it gave no reason").")
  }

  private func silence(wasEchoed: Bool, patience: Duration) -> Fault {
    if wasEchoed, control.echoedInVain() {
      show(now: surroundings.clock.now)
      return ControlStanding.fault
    }
    guard isReached else {
      return Fault(
        .mqttError, "The connection to the printer broke before it answered; whether it obeyed is not known.")
    }
    let what = wasEchoed ? "It heard the command, but nothing shows that it obeyed" : "It did not answer"
    return Fault(.mqttError, "\(what) within \(patience.components.seconds) seconds.", status: 504)
  }

  private static func fault(from error: PublishError) -> Fault {
    switch error {
    case .notConnected: offline
    case .tooManyUnacknowledged:
      Fault(
        .serviceUnavailable, "The printer takes no more messages just now; the connection is being renewed.",
        retryAfter: 5)
    case .tooLarge: Fault(.invalidRequest, "The command is too long for the printer.")
    case .failed: Fault(.mqttError, "The command could not be sent: the connection to the printer is breaking.")
    }
  }
}
