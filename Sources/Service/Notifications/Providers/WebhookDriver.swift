import Model
import Reach
import Store
import Wire

/// A program of the owner's own: S1's payload, signed when there is a secret (contract, section 5).
struct WebhookDriver: ProviderDriver {
  private let address: WebAddress
  private let secret: Secret?

  init?(_ config: ProviderConfig) {
    guard let address = config.web(.url) else { return nil }
    self.address = address
    secret = config.secret(.secret)
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    var json = JSONWriter()
    json.beginObject()
    json.key("event")
    json.write(message.event)
    json.key("timestamp")
    json.write(message.createdAt.description)
    json.key("data")
    json.raw(message.data.utf8)
    json.endObject()
    var request = WebRequest(.post, address)
    request.body = .json(json.bytes)
    // At least once: by this a receiver tells a repetition.
    request.headers = [("X-Layerberry-Delivery", message.id)]
    if let secret {
      let code = Digest.hmacSHA256(json.bytes, key: secret)
      request.headers.append(("X-Layerberry-Signature", "sha256=\(code)"))
    }
    return .web(request)
  }
}
