import Model
import Reach
import Rules
import Wire

/// Discord's "Execute Webhook" (https://discord.com/developers/docs/resources/webhook): an embed of at most 256 characters of
/// title and 4,096 of description; with a picture a form of `payload_json` and `files[0]`, which the embed shows as
/// `attachment://…` ("Uploading Files"), 10 MiB at most. Mentions in a file's name alert nobody (`allowed_mentions`). A 429
/// says in `retry_after`, in seconds, how long to wait ("Rate Limits").
struct DiscordDriver: ProviderDriver {
  static let fileLimit: Int64 = 10 << 20

  private let address: WebAddress

  init?(_ config: ProviderConfig) {
    guard let address = config.web(.webhookURL) else { return nil }
    self.address = address
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    let color: Int64 =
      switch message.level {
      case .info: 0x3498DB
      case .success: 0x2ECC71
      case .warning: 0xF1C40F
      case .error: 0xE74C3C
      }
    var embed: [String: JSONValue] = [
      "title": .string(OutgoingMessage.shortened(message.title, to: 256)),
      "description": .string(OutgoingMessage.shortened(message.message, to: 4096)), "color": .int(color),
      "timestamp": .string(message.createdAt.description),
    ]
    let photo = message.photo.flatMap { $0.bytes <= Self.fileLimit ? $0 : nil }
    if photo != nil { embed["image"] = ["url": "attachment://photo.jpg"] }
    var payload: [String: JSONValue] = ["embeds": [.object(embed)], "allowed_mentions": ["parse": []]]
    var request = WebRequest(.post, address)
    guard let photo else {
      request.body = .json(jsonBytes(payload))
      return .web(request)
    }
    payload["attachments"] = [["id": 0, "filename": "photo.jpg"]]
    request.body = .form([
      WebPart(
        "payload_json", String(decoding: jsonBytes(payload), as: UTF8.self), type: "application/json"),
      WebPart("files[0]", fileName: "photo.jpg", type: "image/jpeg", content: .file(path: photo.path)),
    ])
    return .web(request)
  }

  func verdict(on answer: WebAnswer) -> DeliveryVerdict {
    let json = answer.status == 429 ? try? JSONParser.parse(answer.body, limits: .init(bytes: 1 << 17)) : nil
    return .byStatus(answer, retryAfter: json?["retry_after"]?.seconds)
  }
}
