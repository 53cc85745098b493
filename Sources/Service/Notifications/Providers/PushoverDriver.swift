import Model
import Reach
import Wire

/// Pushover (https://pushover.net/api): a form to `/1/messages.json`. Title 250 characters, message 1,024; one attachment of
/// at most 5,242,880 bytes, as the part `attachment` ("Attachments - multipart/form-data"). A 4xx means that the same
/// request will never do, a 5xx that it may be repeated after five seconds ("Being friendly to our API").
struct PushoverDriver: ProviderDriver {
  static let attachmentLimit: Int64 = 5_242_880

  private let server: WebAddress
  private let token: Secret
  private let user: Secret
  private let device: String?

  init?(_ config: ProviderConfig) {
    guard let server = config.server, let token = config.secret(.token), let user = config.secret(.userKey) else {
      return nil
    }
    self.server = server
    self.token = token
    self.user = user
    device = config.text(.device)
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    var parts = [
      WebPart("token", token.exposed), WebPart("user", user.exposed),
      WebPart("title", OutgoingMessage.shortened(message.title, to: 250)),
      WebPart("message", OutgoingMessage.shortened(message.message, to: 1024)),
      WebPart("priority", message.level == .error ? "1" : "0"),
      WebPart("timestamp", String(message.createdAt.milliseconds / 1000)),
    ]
    if let device { parts.append(WebPart("device", device)) }
    if let photo = message.photo, photo.bytes <= Self.attachmentLimit {
      parts.append(
        WebPart("attachment", fileName: "photo.jpg", type: "image/jpeg", content: .file(path: photo.path)))
    }
    var request = WebRequest(.post, server.appending("/1/messages.json"))
    request.body = .form(parts)
    request.bodyIsSecret = true
    return .web(request)
  }
}
