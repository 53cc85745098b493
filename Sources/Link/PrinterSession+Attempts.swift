import Model
import Rules
import TLS
import Loop

/// From an address to a connection, and what follows when that fails.
extension PrinterSession {
  func attempt() {
    dropConnection()
    attempts += 1
    isAttempting = true
    attemptTimer = loop.schedule(after: timings.connect) { [weak self] in self?.fail(.unreachable, as: .failed) }
    if target.host.isNumeric {
      open(address: target.host.text)
    } else {
      resolve()
    }
  }

  private func resolve() {
    // One look-up at a time: a name server that stays silent must not fill the resolver's queue.
    guard !isLookingUp else { return }
    lookup += 1
    isLookingUp = true
    let number = lookup
    guard !loop.lookUp(target.host, for: self, { $0.resolved($1, lookup: number) }) else { return }
    isLookingUp = false
    failSoon()
  }

  /// A look-up has come back, perhaps one that nobody waits for any more.
  private func resolved(_ found: [String], lookup number: Int) {
    guard number == lookup else { return }
    isLookingUp = false
    // The attempt that asked may be over; the next one asks again.
    guard isAttempting, connection == nil else { return }
    guard !found.isEmpty else { return fail(.unreachable, as: .failed) }
    open(address: found[(attempts - 1) % found.count])
  }

  private func open(address: String) {
    let policy = TrustPolicy(
      serial: target.serial, pinned: target.pinned, authorities: authorities, judgesDates: judgesDates())
    let context: TLSClientContext
    do {
      context = try TLSClientContext(policy: policy, receiveLimit: MQTTConnection.receiveLimit)
    } catch {
      return failSoon()
    }
    let settings = MQTTConnection.Settings(
      serial: target.serial, accessCode: target.accessCode, address: address, port: target.port,
      keepAliveSeconds: Int32(clamping: max(5, timings.keepAlive.components.seconds)),
      unacknowledgedMessages: timings.unacknowledgedMessages, bytesPerSecond: timings.bytesPerSecond)
    let connection = MQTTConnection(loop: loop, settings: settings, context: context, owner: self)
    self.connection = connection
    connection.open()
  }

  /// Not from within the owner's call.
  private func failSoon() {
    attemptTimer?.cancel()
    attemptTimer = loop.schedule(after: .zero) { [weak self] in self?.fail(.unreachable, as: .failed) }
  }

  /// The attempt is over; the next one follows.
  func fail(_ problem: PrinterProblem, as ending: Backoff.Ending) {
    dropConnection()
    waitForNext(after: ending)
    become(.down(problem))
  }

  func waitForNext(after ending: Backoff.Ending) {
    let wait = backoff.wait(after: ending, jitter: Double.random(in: 0...1))
    isAttempting = false
    attemptTimer = loop.schedule(after: wait) { [weak self] in self?.attempt() }
  }
}
