import Loop
import Model
import Wire

/// One GET to a camera over a connection of its own. Confined to the camera loop.
final class HTTPCameraExchange {
  enum Event {
    case picture([UInt8])
    /// A 401 and what it asks for; over.
    case challenge([String])
    /// Over.
    case redirect(String)
    /// The one picture of this answer was given; over.
    case snapshotEnd
    /// It has let go of everything.
    case ended(CameraProblem)
  }

  private enum Body {
    case stream(MotionJPEGReader)
    case snapshot([UInt8])
  }

  private let loop: PollLoop
  private let place: ExternalCameraAddress.Place
  private let rule: AddressRule
  private let authorization: String?
  private let connectWithin: Duration
  private let readWithin: Duration
  private var handler: ((Event) -> Void)?

  private var context: PeerContext?
  private var socket: StreamSocket?
  private var isLookingUp = false
  private var reader = HTTPResponseReader()
  private var body: Body?
  private var timer: LoopTimer?
  private var lastHeard: ContinuousClock.Instant?

  init(
    loop: PollLoop, place: ExternalCameraAddress.Place, rule: AddressRule, authorization: String?,
    connectWithin: Duration, readWithin: Duration, handler: @escaping (Event) -> Void
  ) {
    self.loop = loop
    self.place = place
    self.rule = rule
    self.authorization = authorization
    self.connectWithin = connectWithin
    self.readWithin = readWithin
    self.handler = handler
  }

  /// May tell at once that it is over.
  func start() {
    timer = loop.schedule(after: connectWithin) { [weak self] in self?.finish(.ended(.unreachable)) }
    guard !place.host.isNumeric else { return connect(to: place.host) }
    isLookingUp = true
    if !loop.lookUp(place.host, for: self, { $0.resolved($1) }) { finish(.ended(.noResources)) }
  }

  /// Lets go of everything, and tells nothing.
  func stop() {
    handler = nil
    letGo()
  }

  private func resolved(_ addresses: [String]) {
    guard isLookingUp else { return }
    isLookingUp = false
    // A look-up gives numbers only.
    guard let first = addresses.first, let host = try? HostName(first) else { return finish(.ended(.unknownHost)) }
    connect(to: host)
  }

  /// The name was resolved once, and this is the address that is judged and used.
  private func connect(to host: HostName) {
    guard rule.allows(host, port: place.port) else { return finish(.ended(.notAllowed)) }
    do {
      context = try PeerContext(
        external: place.host, isEncrypted: place.scheme.isEncrypted, pinned: place.pinned,
        authorities: rule.authorities)
    } catch {
      return finish(.ended(.noResources))
    }
    let name = place.host.isNumeric || !place.scheme.isEncrypted ? nil : place.host.text
    socket = StreamSocket(
      loop: loop, host: host, port: place.port, context: context?.pointer, serverName: name, openWithin: connectWithin
    ) { [weak self] event in self?.heed(event) }
    guard socket != nil else { return finish(.ended(.unreachable)) }
    timer?.cancel()
    timer = nil
  }

  private func heed(_ event: StreamSocket.Event) {
    switch event {
    case .open:
      socket?.send(requestText())
      lastHeard = loop.now
      awaitSound()
    case .bytes(let bytes):
      lastHeard = loop.now
      take(Array(bytes)[...])
    case .ended(let how): closed(how)
    }
  }

  private func requestText() -> [UInt8] {
    let name = place.host.text.contains(":") ? "[\(place.host.text)]" : place.host.text
    var lines = [
      "GET \(place.target.exposed) HTTP/1.1", "Host: \(name):\(place.port)", "User-Agent: Layerberry",
      "Accept: multipart/x-mixed-replace, image/jpeg", "Connection: close",
    ]
    if let authorization { lines.append("Authorization: \(authorization)") }
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
  }

  private func awaitSound() {
    let due = (lastHeard ?? loop.now).advanced(by: readWithin)
    timer = loop.schedule(at: due) { [weak self] in
      guard let self, handler != nil else { return }
      if let lastHeard, loop.now - lastHeard < readWithin { awaitSound() } else { finish(.ended(.stalled)) }
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    let events: [HTTPResponseReader.Event]
    do throws(ResponseError) { events = try reader.feed(bytes) } catch { return finish(.ended(.unreadable)) }
    for event in events {
      guard handler != nil else { return }
      switch event {
      case .head(let head): answered(head)
      case .body(let bytes): takeBody(bytes)
      case .end: ended()
      }
    }
  }

  private func answered(_ head: ResponseHead) {
    switch head.status {
    case 200..<300: break
    case 401: return finish(.challenge(head.values(of: "www-authenticate")))
    case 403: return finish(.ended(.refused))
    case 301, 302, 303, 307, 308:
      guard let location = head["location"] else { return finish(.ended(.unreadable)) }
      return finish(.redirect(location))
    case 429, 503: return finish(.ended(.closed))
    default: return finish(.ended(.unreadable))
    }
    let type = head["content-type"] ?? ""
    if let stream = MotionJPEGReader(contentType: type) {
      body = .stream(stream)
    } else if ["image/jpeg", "image/jpg", "image/pjpeg"].contains(
      type.prefix { $0 != ";" && $0 != " " }.lowercased())
    {
      body = .snapshot([])
    } else {
      finish(.ended(.unreadable))
    }
  }

  private func takeBody(_ bytes: [UInt8]) {
    switch body {
    case .stream(var stream):
      body = nil
      let pictures: [[UInt8]]
      do throws(ResponseError) { pictures = try stream.feed(bytes[...]) } catch {
        return finish(.ended(.unreadable))
      }
      body = .stream(stream)
      for picture in pictures { handler?(.picture(picture)) }
    case .snapshot(var picture):
      body = nil
      guard picture.count + bytes.count <= MotionJPEGReader.pictureLimit else { return finish(.ended(.unreadable)) }
      picture += bytes
      body = .snapshot(picture)
    case nil: break
    }
  }

  private func ended() {
    guard case .snapshot(let picture) = body else { return finish(.ended(.closed)) }
    guard picture.count > 4, picture.starts(with: [0xFF, 0xD8]), picture.suffix(2) == [0xFF, 0xD9] else {
      return finish(.ended(.unreadable))
    }
    handler?(.picture(picture))
    finish(.snapshotEnd)
  }

  private func closed(_ how: StreamSocket.End) {
    switch how {
    case .unreachable, .late: finish(.ended(.unreachable))
    case .noHandshake: finish(.ended(context?.objection ?? .unreachable))
    case .closed, .lost:
      if case .snapshot = body, (try? reader.finish()) == true { return ended() }
      finish(.ended(.closed))
    }
  }

  private func finish(_ event: Event) {
    let handler = self.handler
    self.handler = nil
    letGo()
    handler?(event)
  }

  private func letGo() {
    timer?.cancel()
    timer = nil
    isLookingUp = false
    socket?.close()
    socket = nil
    context = nil
    body = nil
  }
}
