package import Model
package import TLS
package import Loop

/// Asks an address for its certificate, and for the proof that it holds the key: a TLS handshake with the one trust
/// check, and not a byte of ours after it. So an address that only an announcement names is judged before any access
/// code goes there.
package enum TrustProbe {
  /// - Parameters:
  ///   - host: a numeric address.
  ///   - answer: called once, on the loop: the verdict, or nil when nobody spoke TLS there within the time. An accepted
  ///     verdict is given only once the handshake is complete.
  package static func run(
    on loop: PollLoop, host: HostName, port: PortNumber, policy: TrustPolicy, within time: Duration = .seconds(5),
    answer: @escaping (TrustVerdict?) -> Void
  ) {
    loop.assertOnLoop()
    guard let context = try? TLSClientContext(policy: policy, receiveLimit: 256 << 10) else { return answer(nil) }
    let exchange = Exchange(context: context, answer: answer)
    exchange.socket = ProbeSocket(
      loop: loop, host: host, port: port, context: context.pointer, output: [], within: time
    ) { event in exchange.heard(event) }
    if exchange.socket == nil { exchange.heard(.ended) }
  }

  /// Lives as long as its socket's handler does.
  private final class Exchange {
    let context: TLSClientContext
    var answer: ((TrustVerdict?) -> Void)?
    var socket: ProbeSocket?

    init(context: TLSClientContext, answer: @escaping (TrustVerdict?) -> Void) {
      self.context = context
      self.answer = answer
    }

    func heard(_ event: ProbeSocket.Event) {
      switch event {
      case .open: finish(context.verdict)
      case .bytes: break
      case .ended: finish(context.verdict.flatMap { $0.isAccepted ? nil : $0 })
      }
    }

    private func finish(_ verdict: TrustVerdict?) {
      let answer = self.answer
      self.answer = nil
      socket?.close()
      socket = nil
      answer?(verdict)
    }
  }
}
