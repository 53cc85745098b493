import COpenSSL
package import Model
package import Wire
package import Loop

/// Asks an address by the bind port who it is, where announcements do not get through: TCP 3000 plainly and 3002 in
/// TLS, both at once; the first answer counts (protocol sheet, section 2).
///
/// No certificate is judged here: nothing of ours is secret in it, and the answer is a hint like any other.
package enum BindProbe {
  package struct Ports: Hashable, Sendable {
    /// Default 3000.
    package var plain: UInt16 = 3000
    /// Default 3002.
    package var secure: UInt16 = 3002

    package init() {}
  }

  /// - Parameters:
  ///   - host: a numeric address.
  ///   - answer: called once, on the loop; nil when nobody there is a printer.
  package static func run(
    on loop: PollLoop, host: HostName, ports: Ports = Ports(), within time: Duration = .seconds(3),
    answer: @escaping (PrinterAnnouncement?) -> Void
  ) {
    loop.assertOnLoop()
    let exchange = Exchange(host: host, answer: answer)
    guard let question = BindFrame.encode(BindDetect.request()) else { return answer(nil) }
    let context = unjudgedContext()
    defer { SSL_CTX_free(context) }
    let doors = [(ports.plain, OpaquePointer?.none), (ports.secure, context)]
    exchange.open = doors.count
    for (number, context) in doors {
      guard let port = try? PortNumber(Int(number), field: "port"), exchange.isWaiting else {
        exchange.ended()
        continue
      }
      let stream = Stream(exchange: exchange)
      let socket = ProbeSocket(
        loop: loop, host: host, port: port, context: context, output: question, within: time
      ) { event in stream.heard(event) }
      if let socket { exchange.sockets.append(socket) } else { exchange.ended() }
    }
  }

  /// Each `SSL` made from it keeps it alive.
  private static func unjudgedContext() -> OpaquePointer? {
    guard let context = SSL_CTX_new(TLS_client_method()) else { return nil }
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    SSL_CTX_set_cipher_list(context, "DEFAULT:AES256-GCM-SHA384:AES128-GCM-SHA256")
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
    return context
  }

  /// The question at both ports together. Held by the handlers of its sockets.
  private final class Exchange {
    let host: HostName
    private var answer: ((PrinterAnnouncement?) -> Void)?
    var sockets: [ProbeSocket] = []
    /// Ports that may still answer.
    var open = 0

    var isWaiting: Bool { answer != nil }

    init(host: HostName, answer: @escaping (PrinterAnnouncement?) -> Void) {
      self.host = host
      self.answer = answer
    }

    func ended() {
      open -= 1
      if open <= 0 { finish(nil) }
    }

    func finish(_ announcement: PrinterAnnouncement?) {
      let answer = self.answer
      self.answer = nil
      for socket in sockets { socket.close() }
      sockets = []
      answer?(announcement)
    }
  }

  /// What comes from one port.
  private final class Stream {
    let exchange: Exchange
    private var decoder = BindFrameDecoder()
    private var isOver = false

    init(exchange: Exchange) { self.exchange = exchange }

    func heard(_ event: ProbeSocket.Event) {
      guard !isOver else { return }
      switch event {
      case .open: break
      case .bytes(let bytes):
        do throws(BindFrameError) {
          for payload in try decoder.append(bytes) {
            guard let announcement = BindDetect.announcement(payload, address: exchange.host) else { continue }
            return exchange.finish(announcement)
          }
        } catch {
          end()
        }
      case .ended: end()
      }
    }

    private func end() {
      isOver = true
      exchange.ended()
    }
  }
}
