import CMosquitto
import Glibc
package import Loop
package import Model
import Synchronization
package import TLS

/// A lasting session with an MQTT 3.1.1 broker of the user's: subscribes, publishes, and comes back by itself.
///
/// One thread of its own, which waits in libmosquitto. The host's name is looked up before each attempt and held against
/// the address rule, and the connection goes to an address that has passed. What the broker has not acknowledged is
/// bounded: beyond that nothing more is taken.
package final class BrokerSession: Sendable {
  /// `isKept`: the broker had it from before the session.
  package typealias Receiver = @Sendable (_ topic: String, _ payload: [UInt8], _ isKept: Bool) -> Void

  /// What becomes of the session, told on its thread.
  package enum Event: Hashable, Sendable {
    case stands
    /// What waited for the broker's acknowledgement is half of what may wait, or less.
    case hasRoom
    /// It has ended, or an attempt has failed.
    case isDown(problem: String)
  }

  package struct Settings: Sendable {
    package var broker: BrokerAddress
    package var user: String?
    package var password: Secret?
    /// Subscribed to whenever the session begins.
    package var topics: [String] = []
    /// What the broker publishes, retained, when we are gone.
    package var will: (topic: String, payload: [UInt8])?
    /// Trusted beside the system's authorities.
    package var trust: TrustStore?
    package var name = "broker"

    package init(broker: BrokerAddress) { self.broker = broker }
  }

  private struct State {
    /// libmosquitto's handle as a number, so that it can go from thread to thread; nil while there is no connection.
    var bits: UInt?
    var handle: OpaquePointer? { bits.flatMap { OpaquePointer(bitPattern: $0) } }
    var isUp = false
    var isStopped = false
    /// It ends as soon as the broker has acknowledged everything.
    var isLeaving = false
    var isStarted = false
    var problem: String?
    /// Messages and bytes that the broker has not acknowledged, by their numbers.
    var unacknowledged: [Int32: Int] = [:]
    var unacknowledgedBytes = 0
    var isFull = false
    /// Resumed when the thread has ended.
    var mourners: [CheckedContinuation<Void, Never>] = []
    var isOver = false
  }

  private static let keepAlive: Int32 = 60
  /// Bytes of a message that is looked at.
  private static let payloadLimit: Int32 = 64 << 10
  /// Messages that wait for the broker's acknowledgement.
  private static let backlog: Int32 = 256
  /// Bytes of them, where it is more than one.
  private static let backlogBytes = 2 << 20

  private let settings: Settings
  private let rule: @Sendable () -> AddressRule
  private let lookups: NameLookups
  private let receive: Receiver
  private let happened: @Sendable (Event) -> Void
  private let state = Mutex(State())
  private let wake = Semaphore()

  /// - Parameters:
  ///   - happened: called on the session's thread; it must be quick.
  ///   - receive: called for each message, on its thread.
  package init(
    _ settings: Settings, rule: @escaping @Sendable () -> AddressRule,
    happened: @escaping @Sendable (Event) -> Void = { _ in },
    lookup: @escaping NameResolver.Lookup = NameResolver.system, receive: @escaping Receiver
  ) {
    self.settings = settings
    self.rule = rule
    self.happened = happened
    self.receive = receive
    lookups = NameLookups(lookup)
  }

  package var isUp: Bool { state.withLock { $0.isUp } }
  /// Why it is not up, as far as that is known.
  package var problem: String? { state.withLock { $0.problem } }

  /// Begins; the thread holds the session until `stop`.
  package func start() {
    let isFirst = state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted && !state.isStopped
    }
    guard isFirst, !SystemThread.startDetached("mqtt", stackBytes: 512 * 1024, { self.run() }) else { return }
    state.withLock { $0.problem = "the system gives no thread" }
    isOver()
  }

  /// Says goodbye and ends; nothing is received after that.
  package func stop() {
    state.withLock { state in
      state.isStopped = true
      if let handle = state.handle { mosquitto_disconnect(handle) }
    }
    wake.post()
  }

  /// Says goodbye when the broker has acknowledged everything, and returns then; at once where no session stands.
  ///
  /// A socket that is closed with something unread in it is reset, and what went out last is lost with it.
  package func end() async {
    await withCheckedContinuation { continuation in
      let isNow = state.withLock { state in
        guard state.isStarted, state.isUp, !state.isOver else { return true }
        state.isLeaving = true
        state.mourners.append(continuation)
        Self.leaveIfDone(&state)
        return false
      }
      guard isNow else { return }
      stop()
      continuation.resume()
    }
  }

  private static func leaveIfDone(_ state: inout State) {
    guard state.isLeaving, state.unacknowledged.isEmpty, let handle = state.handle else { return }
    state.isStopped = true
    mosquitto_disconnect(handle)
  }

  /// Whoever waits in `end` waits no longer.
  package func abandon() {
    stop()
    isOver()
  }

  /// Sends with QoS 1; false while the session does not stand, or too much waits for the broker.
  @discardableResult
  package func publish(_ payload: [UInt8], to topic: String, isRetained: Bool) -> Bool {
    state.withLock { state in
      guard state.isUp, !state.isStopped, !state.isLeaving, let handle = state.handle else { return false }
      let waiting = state.unacknowledged.count
      guard waiting < Self.backlog, waiting == 0 || state.unacknowledgedBytes + payload.count <= Self.backlogBytes
      else {
        state.isFull = true
        return false
      }
      var number: Int32 = 0
      guard
        mosquitto_publish(handle, &number, topic, Int32(clamping: payload.count), payload, 1, isRetained)
          == MOSQ_ERR_SUCCESS.rawValue
      else { return false }
      state.unacknowledged[number] = payload.count
      state.unacknowledgedBytes += payload.count
      return true
    }
  }

  /// For as long as this session stands; false while none does.
  @discardableResult
  package func subscribe(_ topic: String) -> Bool {
    state.withLock { state in
      guard state.isUp, let handle = state.handle else { return false }
      return mosquitto_subscribe(handle, nil, topic, 1) == MOSQ_ERR_SUCCESS.rawValue
    }
  }

  package func unsubscribe(_ topic: String) {
    state.withLock { state in
      guard state.isUp, let handle = state.handle else { return }
      mosquitto_unsubscribe(handle, nil, topic)
    }
  }

  // MARK: The thread

  private func run() {
    var pause = 1
    while !state.withLock({ $0.isStopped }) {
      let wasUp = live()
      if wasUp { pause = 1 }
      if state.withLock({ $0.isStopped || $0.isLeaving }) { break }
      happened(.isDown(problem: problem ?? "it ended the connection"))
      _ = wake.wait(seconds: pause)
      pause = min(60, pause * 2)
    }
    isOver()
  }

  private func isOver() {
    let mourners = state.withLock { state in
      defer { state.mourners = [] }
      state.isOver = true
      return state.mourners
    }
    for mourner in mourners { mourner.resume() }
  }

  /// One attempt, and the session that comes of it; whether it stood.
  private func live() -> Bool {
    guard BrokerLibrary.isReady, let address = address() else { return false }
    let me = Unmanaged.passUnretained(self).toOpaque()
    let id = "layerberry" + String(UInt64.random(in: .min ... .max), radix: 16).prefix(12)
    guard let handle = mosquitto_new(id, true, me) else { return fail("the system gives no memory") }
    defer { mosquitto_destroy(handle) }
    let bits = UInt(bitPattern: handle)
    // The context lives as long as the handle, which takes no reference of its own.
    let context = settings.broker.isEncrypted ? makeContext() : nil
    if settings.broker.isEncrypted, context == nil { return fail("there is no way to encrypt") }
    return withExtendedLifetime(context) {
      guard prepare(handle, context) else { return fail("the MQTT library refuses the settings") }
      let port = Int32(settings.broker.port.number)
      guard mosquitto_connect(handle, address.text, port, Self.keepAlive) == MOSQ_ERR_SUCCESS.rawValue else {
        return fail(context?.hasRejected == true ? "its certificate is not trusted" : "nothing answers there")
      }
      let mayGoOn = state.withLock { state in
        if !state.isStopped { state.bits = bits }
        return !state.isStopped
      }
      guard mayGoOn else { return false }
      while mosquitto_loop(handle, Self.keepAlive * 500, 1) == MOSQ_ERR_SUCCESS.rawValue {}
      let wasUp = state.withLock { state in
        defer {
          state.bits = nil
          state.isUp = false
          state.unacknowledged = [:]
          state.unacknowledgedBytes = 0
          state.isFull = false
        }
        if !state.isUp, state.problem == nil { state.problem = "it ended the connection" }
        return state.isUp
      }
      if context?.hasRejected == true { return fail("its certificate is not trusted") }
      return wasUp
    }
  }

  private func fail(_ problem: String) -> Bool {
    state.withLock { $0.problem = problem }
    return false
  }

  /// One that may be, best first.
  private func address() -> HostName? {
    let rule = rule()
    let broker = settings.broker
    do throws(ReachError) {
      let found = try lookups.addresses(of: broker.host, within: 5)
      if let allowed = found.first(where: { rule.allows($0, port: broker.port) }) { return allowed }
      state.withLock { $0.problem = "its address may not be used" }
    } catch {
      state.withLock { $0.problem = "its name has no address" }
    }
    return nil
  }

  private func makeContext() -> WebTLSContext? {
    try? WebTLSContext(
      host: settings.broker.host, pinned: settings.broker.pinned, authorities: rule().authorities,
      trust: settings.trust)
  }

  private func prepare(_ handle: OpaquePointer, _ context: WebTLSContext?) -> Bool {
    var results = [
      mosquitto_threaded_set(handle, true),
      mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1),
      mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, Self.backlog),
    ]
    if let user = settings.user {
      results.append(mosquitto_username_pw_set(handle, user, settings.password?.exposed))
    }
    if let will = settings.will {
      results.append(
        mosquitto_will_set(handle, will.topic, Int32(clamping: will.payload.count), will.payload, 1, true))
    }
    if let context {
      results.append(mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0))
      results.append(mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(context.pointer)))
    }
    mosquitto_connect_callback_set(handle) { handle, object, code in
      BrokerSession.from(object)?.wasAnswered(handle, code)
    }
    mosquitto_message_callback_set(handle) { _, object, message in
      guard let message else { return }
      BrokerSession.from(object)?.received(message.pointee)
    }
    mosquitto_publish_callback_set(handle) { _, object, number in
      BrokerSession.from(object)?.acknowledged(number)
    }
    return results.allSatisfy { $0 == MOSQ_ERR_SUCCESS.rawValue }
  }

  private static func from(_ object: UnsafeMutableRawPointer?) -> BrokerSession? {
    object.map { Unmanaged<BrokerSession>.fromOpaque($0).takeUnretainedValue() }
  }

  private func wasAnswered(_ handle: OpaquePointer?, _ code: Int32) {
    guard code == 0, let handle else {
      // MQTT 3.1.1, section 3.2.2.3.
      let isRefused = code == 4 || code == 5
      state.withLock {
        $0.problem = isRefused ? "it does not take the user name and password" : "it refuses the connection"
      }
      return
    }
    for topic in settings.topics { mosquitto_subscribe(handle, nil, topic, 1) }
    state.withLock { state in
      state.isUp = true
      state.problem = nil
    }
    happened(.stands)
  }

  private func acknowledged(_ number: Int32) {
    let hasRoom = state.withLock { state in
      state.unacknowledgedBytes -= state.unacknowledged.removeValue(forKey: number) ?? 0
      Self.leaveIfDone(&state)
      guard state.isFull, state.unacknowledged.count <= Self.backlog / 2,
        state.unacknowledgedBytes <= Self.backlogBytes / 2
      else { return false }
      state.isFull = false
      return true
    }
    if hasRoom { happened(.hasRoom) }
  }

  private func received(_ message: mosquitto_message) {
    guard let topic = message.topic, (0...Self.payloadLimit).contains(message.payloadlen) else { return }
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    receive(String(cString: topic), Array(payload), message.retain)
  }
}

/// libmosquitto, set up once; see `Link`, which does the same for printers.
private enum BrokerLibrary {
  static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue
}
