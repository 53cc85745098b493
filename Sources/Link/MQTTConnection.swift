import CMosquitto
import Glibc
import Model
import TLS
import Loop

/// Who hears from a connection. Confined to the loop.
protocol MQTTConnectionOwner: AnyObject {
  /// CONNACK of any kind: the peer holds the key that it showed.
  func connectionGreeted(_ connection: MQTTConnection)
  func connectionSubscribed(_ connection: MQTTConnection)
  /// The bytes are valid during the call only.
  func connection(_ connection: MQTTConnection, received payload: UnsafeRawBufferPointer)
  func connectionIgnoredTopic(_ connection: MQTTConnection)
  /// It has let go of everything; nothing follows.
  func connection(_ connection: MQTTConnection, ended end: ConnectionEnd)
}

/// One attempt at an MQTT 3.1.1 session over TLS, and the session that becomes of it; never used twice.
///
/// libmosquitto with an external loop, in the way that versions 2.0.11 and 2.0.21 both bear:
/// - Writability is polled until TCP stands, and again after CONNACK while the library wants it. In between 2.0.21
///   always wants it and would spin.
/// - A hang-up before CONNACK ends the attempt: 2.0.11 would report success for ever.
/// - TLS failures come as return codes without a callback, so every return code is looked at.
final class MQTTConnection: LoopSource {
  struct Settings {
    var serial: SerialNumber
    var accessCode: AccessCode
    /// Numeric: a name would be looked up on the loop.
    var address: String
    var port: PortNumber
    var keepAliveSeconds: Int32
    var unacknowledgedMessages: Int
    var bytesPerSecond: Int
  }

  /// Bytes of one packet. Recorded reports have 20 kB, and from 1 MiB on they are passed over; only what is larger
  /// than this ends the session, as the library keeps a packet whole until it has all of it.
  static let receiveLimit = 16 << 20
  private static let receiveBuffer: Int32 = 64 << 10

  private let loop: PollLoop
  private let settings: Settings
  private let context: TLSClientContext
  private weak var owner: (any MQTTConnectionOwner)?
  private let reportTopic: String
  private let requestTopic: String

  private var handle: OpaquePointer?
  private(set) var descriptor: Int32 = -1
  private var isUp = false
  private var isAccepted = false
  private var refusal: Int32?
  private var isSubscriptionRefused = false
  /// The library is on the stack: it must not be destroyed under itself.
  private var isInside = false
  private var mustClose = false
  /// Messages without a PUBACK.
  private var unacknowledged = 0
  private var throttle: ReadThrottle

  var verdict: TrustVerdict? { context.verdict }

  init(loop: PollLoop, settings: Settings, context: TLSClientContext, owner: any MQTTConnectionOwner) {
    self.loop = loop
    self.settings = settings
    self.context = context
    self.owner = owner
    reportTopic = "device/\(settings.serial)/report"
    requestTopic = "device/\(settings.serial)/request"
    throttle = ReadThrottle(bytesPerSecond: settings.bytesPerSecond)
  }

  deinit {
    if let handle { mosquitto_destroy(handle) }
  }

  // MARK: Opening

  /// Begins; whatever comes of it is told to the owner, never from within this call.
  func open() {
    loop.assertOnLoop()
    guard MQTTLibrary.isReady else { return endSoon(.noResources) }
    guard let handle = mosquitto_new(Self.freshClientID(), true, Unmanaged.passUnretained(self).toOpaque()) else {
      return endSoon(.noResources)
    }
    self.handle = handle
    let results = [
      mosquitto_username_pw_set(handle, "bblp", settings.accessCode.secret.exposed),
      mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0),
      mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(context.pointer)),
      mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1),
      // Unlimited here, bounded by `publish`: printers acknowledge with wrong ids, and a small window jams.
      mosquitto_max_inflight_messages_set(handle, 0),
    ]
    guard results.allSatisfy({ $0 == MOSQ_ERR_SUCCESS.rawValue }) else { return endSoon(.noResources) }
    setCallbacks(of: handle)
    let result = mosquitto_connect_async(
      handle, settings.address, Int32(settings.port.number), settings.keepAliveSeconds)
    guard result == MOSQ_ERR_SUCCESS.rawValue else {
      return endSoon(result == MOSQ_ERR_NOMEM.rawValue ? .noResources : .unreachable(errno: errno))
    }
    descriptor = mosquitto_socket(handle)
    guard descriptor >= 0 else { return endSoon(.unreachable(errno: 0)) }
    var size = Self.receiveBuffer
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout.size(ofValue: size)))
    loop.add(self)
  }

  /// Two clients with one id push each other out, and an id used twice brings old commands back (section 3.1).
  private static func freshClientID() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return "layerberry" + String(digits.prefix(12))
  }

  private func setCallbacks(of handle: OpaquePointer) {
    mosquitto_connect_callback_set(handle) { _, object, code in
      MQTTConnection.from(object)?.wasAnswered(code: code)
    }
    mosquitto_subscribe_callback_set(handle) { _, object, _, count, granted in
      MQTTConnection.from(object)?.wasSubscribed(isGranted: count > 0 && granted.map { $0[0] < 0x80 } ?? false)
    }
    mosquitto_publish_callback_set(handle) { _, object, _ in
      MQTTConnection.from(object)?.wasAcknowledged()
    }
    mosquitto_message_callback_set(handle) { _, object, message in
      guard let message else { return }
      MQTTConnection.from(object)?.received(message.pointee)
    }
  }

  private static func from(_ object: UnsafeMutableRawPointer?) -> MQTTConnection? {
    object.map { Unmanaged<MQTTConnection>.fromOpaque($0).takeUnretainedValue() }
  }

  // MARK: Callbacks of the library

  private func wasAnswered(code: Int32) {
    context.meter.mark()
    guard let handle, !mustClose else { return }
    if code == 0 {
      isAccepted = true
      mosquitto_subscribe(handle, nil, reportTopic, 0)
    } else {
      refusal = code
    }
    owner?.connectionGreeted(self)
  }

  private func wasSubscribed(isGranted: Bool) {
    guard !mustClose else { return }
    context.meter.mark()
    if isGranted {
      owner?.connectionSubscribed(self)
    } else {
      isSubscriptionRefused = true
    }
  }

  private func wasAcknowledged() {
    context.meter.mark()
    unacknowledged = max(0, unacknowledged - 1)
  }

  private func received(_ message: mosquitto_message) {
    context.meter.mark()
    guard !mustClose else { return }
    guard let topic = message.topic, strcmp(topic, reportTopic) == 0 else {
      owner?.connectionIgnoredTopic(self)
      return
    }
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(max(0, message.payloadlen)))
    owner?.connection(self, received: payload)
  }

  // MARK: Polling

  var interest: Int16 {
    guard isUp else { return Int16(POLLIN | POLLOUT) }
    var wanted = throttle.isPaused ? 0 : Int16(POLLIN)
    if isAccepted, let handle, mosquitto_want_write(handle) { wanted |= Int16(POLLOUT) }
    return wanted
  }

  func ready(_ events: Int16) {
    guard let handle else { return }
    guard owner != nil else { return close() }
    let hasHungUp = events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
    if !isUp {
      let failure = socketError()
      guard failure == 0 else { return end(.unreachable(errno: failure)) }
      isUp = true
    }
    guard step({ mosquitto_loop_read(handle, 1) }), step({ mosquitto_loop_write(handle, 1) }) else { return }
    guard !hasHungUp else { return end(classify(MOSQ_ERR_CONN_LOST.rawValue)) }
    if isSubscriptionRefused { return end(.noSubscription) }
    pauseIfTooFast()
  }

  /// Keep-alive; to be called every few seconds.
  func keepAlive() {
    guard let handle else { return }
    _ = step { mosquitto_loop_misc(handle) }
  }

  private func socketError() -> Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout.size(ofValue: code))
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }

  /// Calls the library; false when that was the end of the connection.
  private func step(_ call: () -> Int32) -> Bool {
    isInside = true
    let result = call()
    isInside = false
    if mustClose {
      letGo()
      return false
    }
    guard result == MOSQ_ERR_SUCCESS.rawValue, let handle, mosquitto_socket(handle) == descriptor else {
      end(classify(result))
      return false
    }
    return true
  }

  private func classify(_ code: Int32) -> ConnectionEnd {
    if let refusal { return .refused(code: refusal) }
    if let verdict, !verdict.isAccepted { return .untrusted(verdict) }
    if context.meter.isOver { return .tooLarge }
    if isAccepted { return .lost(code: code) }
    if context.meter.isForeign { return .notTLS }
    switch code {
    case MOSQ_ERR_NOMEM.rawValue: return .noResources
    case MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_PACKET.rawValue, MOSQ_ERR_MALFORMED_UTF8.rawValue:
      return .notMQTT
    // TLS, and an alert instead of a certificate.
    case MOSQ_ERR_TLS.rawValue where context.meter.hasHeardTLS && verdict == nil: return .notTLS
    default: return .closedEarly
    }
  }

  private func pauseIfTooFast() {
    guard let pause = throttle.pause(total: context.meter.total, now: loop.now) else { return }
    // Until then only a hang-up wakes the loop for this socket; the peer is held back by TCP.
    _ = loop.schedule(after: pause) { [weak self] in self?.throttle.resume() }
  }

  // MARK: Sending

  /// Puts a command on the request topic with QoS 1 (section 3.1).
  func publish(_ payload: [UInt8]) throws(PublishError) {
    guard let handle, isAccepted, !mustClose else { throw .notConnected }
    guard unacknowledged < settings.unacknowledgedMessages else { throw .tooManyUnacknowledged }
    let result = mosquitto_publish(handle, nil, requestTopic, Int32(payload.count), payload, 1, false)
    if mosquitto_socket(handle) != descriptor { endSoon(.lost(code: result)) }
    guard result == MOSQ_ERR_SUCCESS.rawValue else { throw .failed }
    unacknowledged += 1
  }

  // MARK: Ending

  /// Lets go of everything without a word to the owner; says goodbye to the printer, which frees its slot at once.
  func close() {
    guard !isInside else {
      mustClose = true
      return
    }
    if let handle, isAccepted, mosquitto_socket(handle) == descriptor { mosquitto_disconnect(handle) }
    letGo()
  }

  func loopEnded() { close() }

  private func end(_ end: ConnectionEnd) {
    letGo()
    owner?.connection(self, ended: end)
  }

  /// As `end`, after the present call of the owner's has returned.
  private func endSoon(_ end: ConnectionEnd) {
    loop.remove(self)
    descriptor = -1
    _ = loop.schedule(after: .zero) { [weak self] in
      guard let self, !self.mustClose else { return }
      self.end(end)
    }
  }

  private func letGo() {
    mustClose = true
    loop.remove(self)
    descriptor = -1
    guard let handle else { return }
    self.handle = nil
    mosquitto_destroy(handle)
  }
}

/// libmosquitto, set up once for the process. Its own count of users is not safe between threads, so it is never undone.
private enum MQTTLibrary {
  static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue
}
