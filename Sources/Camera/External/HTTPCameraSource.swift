package import Loop
package import Model
import Wire

/// An external camera over HTTP: an MJPEG stream, or a snapshot that is fetched again and again.
///
/// The address is judged before every connection, also after a redirect, and a password goes to the host for which it
/// was given and to no other.
package final class HTTPCameraSource: CameraSource {
  package struct Timings: Hashable, Sendable {
    /// From the look-up of the name to the end of the handshake. Default 10 s.
    package var connect: Duration = .seconds(10)
    /// Without a byte of an answer or of a picture. Default 10 s.
    package var read: Duration = .seconds(10)
    /// From the beginning of one snapshot to the next. Default 1 s.
    package var snapshot: Duration = .seconds(1)

    package init() {}
  }

  /// Redirects of one request (contract, section 5).
  static let redirectsLimit = 3

  private let loop: PollLoop
  private let origin: ExternalCameraAddress.Place
  private let rule: AddressRule
  private let assembly: PictureAssembly
  private let timings: Timings

  private weak var receiver: (any CameraReceiver)?
  private var exchange: HTTPCameraExchange?
  private var authenticator: Authenticator?
  private var place: ExternalCameraAddress.Place
  private var redirects = 0
  private var hasPicture = false
  private var begun: ContinuousClock.Instant?
  private var timer: LoopTimer?
  private var hasStarted = false
  private var isOver = false

  /// - Parameter place: an `http` or `https` address.
  package init(
    loop: PollLoop, place: ExternalCameraAddress.Place, rule: AddressRule, assembly: PictureAssembly,
    timings: Timings = Timings()
  ) {
    self.loop = loop
    self.rule = rule
    self.assembly = assembly
    self.timings = timings
    origin = place
    self.place = place
  }

  package func start(_ receiver: any CameraReceiver) {
    loop.assertOnLoop()
    guard !hasStarted, !isOver else { return }
    hasStarted = true
    self.receiver = receiver
    // Nothing may be told from within this call.
    timer = loop.schedule(after: .zero) { [weak self] in self?.begin() }
  }

  package func stop() {
    loop.assertOnLoop()
    receiver = nil
    end(.closed)
  }

  /// A new request to where the address leads.
  private func begin() {
    guard !isOver else { return }
    timer = nil
    begun = loop.now
    redirects = 0
    place = origin
    request()
  }

  private func request() {
    guard !isOver else { return }
    exchange?.stop()
    if authenticator == nil {
      authenticator = Authenticator(
        credentials: origin.credentials, isEncrypted: origin.scheme.isEncrypted,
        clientNonce: MessageDigest.clientNonce(),
        md5: MessageDigest.md5)
    }
    let authorization =
      isOrigin ? authenticator?.authorization(method: "GET", target: place.target.exposed) : nil
    let exchange = HTTPCameraExchange(
      loop: loop, place: place, rule: rule, authorization: authorization, connectWithin: timings.connect,
      readWithin: timings.read
    ) { [weak self] event in self?.heed(event) }
    self.exchange = exchange
    exchange.start()
  }

  /// Whether this is the very host for which the password was given.
  private var isOrigin: Bool {
    place.scheme == origin.scheme && place.host == origin.host && place.port == origin.port
  }

  private func heed(_ event: HTTPCameraExchange.Event) {
    guard !isOver else { return }
    switch event {
    case .picture(let jpeg):
      hasPicture = true
      authenticator?.wasGranted()
      assembly.begin(expecting: jpeg.count)
      jpeg.withUnsafeBytes { assembly.append($0) }
      receiver?.received(assembly.finish())
    case .challenge(let fields):
      guard isOrigin, authenticator?.take(challenges: fields) == true else { return end(.refused) }
      request()
    case .redirect(let location): redirect(to: location)
    case .snapshotEnd:
      // By the beginning, so that a slow camera is not asked more slowly still.
      let due = max((begun ?? loop.now).advanced(by: timings.snapshot), loop.now)
      timer = loop.schedule(at: due) { [weak self] in self?.begin() }
    case .ended(let problem): end(problem)
    }
  }

  private func redirect(to location: String) {
    redirects += 1
    guard redirects <= Self.redirectsLimit, let next = place.joined(location) else { return end(.unreadable) }
    // From TLS into the clear is no way to go.
    guard next.scheme.isEncrypted || !place.scheme.isEncrypted else { return end(.notAllowed) }
    place = next
    request()
  }

  private func end(_ problem: CameraProblem) {
    guard !isOver else { return }
    isOver = true
    timer?.cancel()
    timer = nil
    exchange?.stop()
    exchange = nil
    let receiver = self.receiver
    self.receiver = nil
    receiver?.ended(problem)
  }
}
