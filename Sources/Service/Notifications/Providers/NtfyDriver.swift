import Model
import Reach
import Wire

/// ntfy, of the internet or of one's own (https://docs.ntfy.sh/publish/). Without a picture the message is JSON to the
/// server's root ("Publish as JSON"); with one it is a PUT of the file to the topic, and the message in the query ("Attach
/// local file"; "List of all parameters"). The topic and the query come from us, so that nothing in them need be quoted
/// twice. Default limits of a server: 4,096 bytes of message, 15 MB of attachment.
struct NtfyDriver: ProviderDriver {
  private static let attachmentLimit: Int64 = 15_000_000
  /// A proxy in front takes 8 KiB of request line as a rule; what a query makes of a letter can be nine bytes.
  private static let queryText = 600

  private let server: WebAddress
  private let topic: String
  private let token: Secret?
  private let login: (user: String, password: Secret)?

  init?(_ config: ProviderConfig) {
    guard let server = config.server, let topic = config.text(.topic) else { return nil }
    self.server = server
    self.topic = topic
    token = config.secret(.token)
    if let user = config.text(.username), let password = config.secret(.password) {
      login = (user, password)
    } else {
      login = nil
    }
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    // 5 is urgent, 3 is ordinary, 2 makes no sound ("Message priority"). Tags become emoji where they are known ones.
    let (priority, tag) =
      switch message.level {
      case .error: (4, "x")
      case .warning: (4, "warning")
      case .success: (3, "white_check_mark")
      case .info: (3, "printer")
      }
    var request: WebRequest
    if let photo = message.photo, photo.bytes <= Self.attachmentLimit {
      let fields = [
        ("title", OutgoingMessage.shortened(message.title, to: 200)),
        ("message", OutgoingMessage.shortened(message.message, to: Self.queryText)),
        ("priority", String(priority)), ("tags", tag), ("filename", "photo.jpg"),
      ]
      let query = fields.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
      request = WebRequest(.put, server.appending("/\(topic)?\(query)"))
      request.body = .file(path: photo.path, type: "image/jpeg")
    } else {
      request = WebRequest(.post, server.appending("/"))
      request.body = .json(
        jsonBytes([
          "topic": .string(topic), "title": .string(OutgoingMessage.shortened(message.title, to: 200)),
          "message": .string(OutgoingMessage.shortened(message.message, to: 1000)), "priority": .int(Int64(priority)),
          "tags": [.string(tag)],
        ]))
    }
    // A topic's name is as good as its password.
    request.bodyIsSecret = true
    if let token {
      request.authentication = .bearer(token)
    } else if let login {
      request.authentication = .basic(user: login.user, password: login.password)
    }
    return .web(request)
  }
}
