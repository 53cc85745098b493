import Loop
import Model
import Reach
import Synchronization

/// A plug behind an MQTT broker: switched by a message on one topic, followed by those on others.
///
/// The broker tells by itself, so nobody asks. A session is opened with the first need and stays.
final class MQTTPlug: PlugDriver {
  private struct State {
    var session: BrokerSession?
    var reading = PlugReading(state: .unknown)
    /// Counts messages on the state topic.
    var words = 0
    var isClosed = false
  }

  /// For the connection, and for the plug to say that it has switched.
  private static let patience = Duration.seconds(5)

  private let broker: BrokerAddress
  private let user: Secret?
  private let password: Secret?
  private let options: PlugOptions
  private let rule: @Sendable () -> AddressRule
  private let state = Mutex(State())

  init(
    broker: BrokerAddress, user: Secret?, password: Secret?, options: PlugOptions,
    rule: @escaping @Sendable () -> AddressRule
  ) {
    self.broker = broker
    self.user = user
    self.password = password
    self.options = options
    self.rule = rule
  }

  let isAtHand = false

  func status() async throws -> PlugReading {
    _ = try await connected()
    return state.withLock { $0.reading }
  }

  func turn(on: Bool) async throws {
    let session = try await connected()
    let words = state.withLock { $0.words }
    let payload = on ? options[.onPayload] ?? "ON" : options[.offPayload] ?? "OFF"
    guard session.publish(Array(payload.utf8), to: options[.commandTopic] ?? "", isRetained: false) else {
      throw Self.offline("The MQTT broker takes no message just now.")
    }
    guard options[.stateTopic] != nil else {
      // Without a word of its own, what was sent is all that is known.
      state.withLock { $0.reading.state = on ? .on : .off }
      return
    }
    let end = ContinuousClock.now + Self.patience
    while ContinuousClock.now < end {
      if state.withLock({ $0.words > words && $0.reading.state == (on ? .on : .off) }) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    guard state.withLock({ $0.words > words }) else {
      throw Self.offline("The plug behind the MQTT broker said nothing after the command.")
    }
  }

  func close() async {
    let session = state.withLock { state in
      state.isClosed = true
      defer { state.session = nil }
      return state.session
    }
    session?.stop()
  }

  /// The session, once it stands.
  private func connected() async throws -> BrokerSession {
    guard let session = opened() else { throw Self.offline("The service is stopping.") }
    let end = ContinuousClock.now + Self.patience
    while ContinuousClock.now < end {
      if session.isUp { return session }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Self.offline("The MQTT broker does not answer, or refuses us\(session.problem.map { ": \($0)" } ?? ".")")
  }

  private func opened() -> BrokerSession? {
    state.withLock { state in
      guard !state.isClosed else { return nil }
      if let session = state.session { return session }
      var settings = BrokerSession.Settings(broker: broker)
      settings.user = user?.exposed
      settings.password = password
      settings.topics = [options[.stateTopic], options[.powerTopic], options[.energyTopic]].compactMap(\.self)
      let session = BrokerSession(settings, rule: rule) { [weak self] topic, payload, _ in
        self?.received(topic, payload)
      }
      state.session = session
      session.start()
      return session
    }
  }

  private func received(_ topic: String, _ payload: [UInt8]) {
    let found = PlugReading(payload, options)
    let figure = PlugReading.figure(payload)
    state.withLock { state in
      if topic == options[.stateTopic] {
        state.words += 1
        let word = PlugReading.word(payload)
        // Its own words first: they need not be like anybody else's.
        if word == options[.onPayload] ?? "ON" {
          state.reading.state = .on
        } else if word == options[.offPayload] ?? "OFF" {
          state.reading.state = .off
        } else {
          state.reading.state = found.state
        }
      }
      if topic == options[.powerTopic], let power = found.power ?? figure { state.reading.power = power }
      if topic == options[.energyTopic], let energy = found.energyTotal ?? figure {
        state.reading.energyTotal = energy
      }
    }
  }

  private static func offline(_ sentence: String) -> Fault { Fault(.plugOffline, sentence) }
}
