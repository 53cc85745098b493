import Board
import Logging
import Model
package import Rules

/// What gestures do, and what the machine can be told.
extension BoardDesk {
  /// How long a short press is waited for.
  private static let confirming = Duration.seconds(10)

  /// Presses a button, or hears that it was pressed; nil where there is no such button.
  package func press(_ name: String, _ gesture: ButtonGesture) async -> ButtonPress? {
    guard board.map.buttons.contains(where: { $0.name == name }) else { return nil }
    if let asked = pending {
      await endPending()
      // Only a short press of the same button confirms, and it means nothing else then.
      if gesture == .short, asked.button == name, ContinuousClock.now < asked.until {
        return await result(of: asked.action)
      }
    }
    guard let action = meaning(of: gesture) else { return ButtonPress(action: nil, result: .nothing) }
    guard action.needsConfirmation else { return await result(of: action) }
    guard hasTarget(for: action) else { return ButtonPress(action: action, result: .nothing) }
    let end = ContinuousClock.now.advanced(by: Self.confirming)
    pending = (name, action, end)
    // Ends with the time that the person has.
    Task {
      try? await Task.sleep(until: end, tolerance: .milliseconds(100))
      if self.pending?.until == end { await self.endPending() }
    }
    await refresh()
    return ButtonPress(action: action, result: .confirm)
  }

  private func endPending() async {
    pending = nil
    await refresh()
  }

  private func result(of action: ButtonAction) async -> ButtonPress {
    do {
      return ButtonPress(action: action, result: try await perform(action) ? .done : .nothing)
    } catch {
      let sentence = (error as? Fault)?.message ?? "It could not be done. The log says why."
      return ButtonPress(action: action, result: .refused, message: sentence)
    }
  }

  /// Whether there was something to be done.
  private func perform(_ action: ButtonAction) async throws -> Bool {
    switch action {
    case .pairing:
      return await surroundings.pairing.confirm()
    case .plateCleared:
      guard let printer = try target({ !$0.identity.plateCleared && !$0.state.isBusy }) else { return false }
      try await surroundings.fleet.setPlateCleared(true, on: printer.identity.id)
    case .pauseOrResume:
      guard let printer = try target({ $0.state == .printing || $0.state == .paused }) else { return false }
      let request = printer.state == .paused ? ControlRequest.resume(ignoringError: false) : .pause
      try await surroundings.fleet.perform(request, on: printer.identity.id)
    case .stop:
      guard let printer = try target({ $0.state.isBusy }) else { return false }
      try await surroundings.fleet.perform(.stop, on: printer.identity.id)
    case .toggleRelay:
      guard let relay = await board.relays().first, let isOn = relay.isOn else { return false }
      if isOn { try await refuseCut(of: [relay.name], canBeForced: false) }
      try await board.switch(relay.name, on: !isOn)
    case .shutdown: try await shutDown(force: false, by: "the button")
    case .setUpWiFi: try await surroundings.appliance.perform(.setUpWiFi)
    case .factoryReset: try await factoryReset()
    }
    return true
  }

  private func hasTarget(for action: ButtonAction) -> Bool {
    action != .stop || surroundings.view.all.contains { $0.state.isBusy }
  }

  /// The one printer that is meant. A button cannot say which of several.
  private func target(_ fits: (PrinterSnapshot) -> Bool) throws -> PrinterSnapshot? {
    let found = surroundings.view.all.filter { $0.identity.isEnabled && fits($0) }
    guard found.count < 2 else {
      let names = found.map(\.identity.name).joined(separator: ", ")
      throw Fault(.conflict, "The button cannot say which printer is meant: \(names). Use the page.")
    }
    return found.first
  }

  // MARK: The machine

  /// - Parameter caller: who asks, for the log where it is forced.
  package func reboot(force: Bool, by caller: String) async throws {
    try await cutAll(.reboot, force: force, by: caller)
  }

  package func shutDown(force: Bool, by caller: String) async throws {
    try await cutAll(.shutdown, force: force, by: caller)
  }

  private func cutAll(_ act: ApplianceAct, force: Bool, by caller: String) async throws {
    try surroundings.appliance.check(act)
    if force {
      surroundings.logger.notice(
        "the board's power goes by force", metadata: ["act": "\(act.rawValue)", "by": "\(caller)"])
    } else {
      try await refuseCut(of: board.names, canBeForced: true)
    }
    try await surroundings.appliance.perform(act)
  }

  /// Erases database, files and trust: they are marked, and gone before the next start opens them.
  package func factoryReset() async throws {
    try surroundings.appliance.check(.factoryReset)
    let busy = surroundings.view.all.filter { $0.state.isBusy || $0.print != nil }.map(\.identity.name)
    guard busy.isEmpty else {
      throw Fault(
        .conflict,
        "A factory reset has to wait: \(busy.joined(separator: ", ")) is printing, or was when last heard of.")
    }
    try await refuseCut(of: board.names, canBeForced: false)
    try surroundings.markForErasure(true)
    do {
      try await surroundings.appliance.perform(.factoryReset)
    } catch {
      try surroundings.markForErasure(false)
      throw error
    }
  }

  /// - Throws: `CONFLICT` while a relay of this board feeds a printer whose power must stay: nobody looks after it meanwhile.
  package func refuseInterruption() async throws { try await refuseCut(of: board.names, canBeForced: false) }

  private func refuseCut(of relays: [String], canBeForced: Bool) async throws {
    if let objection = await power?.objection(toCutting: relays) { throw objection.fault(canBeForced: canBeForced) }
  }
}
