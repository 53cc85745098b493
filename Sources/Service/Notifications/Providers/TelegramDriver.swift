import Model
import Reach
import Rules
import Wire

/// Telegram's Bot API (https://core.telegram.org/bots/api): `sendMessage` with at most 4,096 characters, or `sendPhoto` with
/// the file in a form, at most 10 MB, and a caption of at most 1,024. An answer is `{"ok":…}`; a 429 says in
/// `parameters.retry_after` how many seconds to wait ("ResponseParameters").
struct TelegramDriver: ProviderDriver {
  static let photoLimit: Int64 = 10_000_000

  private let server: WebAddress
  private let token: Secret
  private let chat: String

  init?(_ config: ProviderConfig) {
    guard let server = config.server, let token = config.secret(.token), let chat = config.text(.chatID) else {
      return nil
    }
    self.server = server
    self.token = token
    self.chat = chat
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    let text = "\(message.title)\n\(message.message)"
    if let photo = message.photo, photo.bytes <= Self.photoLimit {
      var request = WebRequest(.post, server.appending("/bot\(token.exposed)/sendPhoto"))
      request.body = .form([
        WebPart("chat_id", chat), WebPart("caption", OutgoingMessage.shortened(text, to: 1024)),
        WebPart("photo", fileName: "photo.jpg", type: "image/jpeg", content: .file(path: photo.path)),
      ])
      return .web(request)
    }
    var request = WebRequest(.post, server.appending("/bot\(token.exposed)/sendMessage"))
    request.body = .json(
      jsonBytes(["chat_id": .string(chat), "text": .string(OutgoingMessage.shortened(text, to: 4096))]))
    return .web(request)
  }

  func verdict(on answer: WebAnswer) -> DeliveryVerdict {
    let json = try? JSONParser.parse(answer.body, limits: .init(bytes: 1 << 17))
    let wait = json?["parameters"]?["retry_after"]?.seconds
    let verdict = DeliveryVerdict.byStatus(answer, retryAfter: wait)
    guard verdict == .taken, json?["ok"]?.bool != true else { return verdict }
    return .refused(.passing(retryAfter: nil), "The server's answer is not Telegram's.")
  }
}

extension JSONValue {
  /// A number of seconds.
  var seconds: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }
}
