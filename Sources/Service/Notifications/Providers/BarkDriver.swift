import Model
import Reach
import Rules
import Wire

/// Bark (https://github.com/Finb/bark-server/blob/master/docs/API_V2.md, "Push"): JSON to `/push` with `device_key`, `title`,
/// `body`, `level` and `group`; the answer says `"code":200`. It takes addresses of pictures only, so none goes along.
struct BarkDriver: ProviderDriver {
  private let server: WebAddress
  private let key: Secret

  init?(_ config: ProviderConfig) {
    guard let server = config.server, let key = config.secret(.deviceKey) else { return nil }
    self.server = server
    self.key = key
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    var request = WebRequest(.post, server.appending("/push"))
    request.body = .json(
      jsonBytes([
        "device_key": .string(key.exposed), "title": .string(message.title),
        "body": .string(OutgoingMessage.shortened(message.message, to: 1000)),
        "level": message.level == .error ? "timeSensitive" : "active", "group": "Layerberry",
      ]))
    request.bodyIsSecret = true
    return .web(request)
  }

  func verdict(on answer: WebAnswer) -> DeliveryVerdict {
    let verdict = DeliveryVerdict.byStatus(answer)
    guard verdict == .taken else { return verdict }
    let json = try? JSONParser.parse(answer.body, limits: .init(bytes: 1 << 17))
    switch json?["code"] {
    case .int(200): return .taken
    case .int: return .refused(.final, "The server did not take the message: it knows no such device.")
    // Such as the page of a network that wants a sign-in first.
    default: return .refused(.passing(retryAfter: nil), "The server's answer is not Bark's.")
    }
  }
}
