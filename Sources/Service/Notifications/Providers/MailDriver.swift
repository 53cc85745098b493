import Glibc
import Model
import Reach
import Wire

/// E-mail by a server of the owner's (RFC 5321, 8314), the photo attached where it is at most 4 MiB: it is encoded in memory.
struct MailDriver: ProviderDriver {
  static let attachmentLimit: Int64 = 4 << 20

  private let server: MailServer
  private let from: MailAddress
  private let to: [MailAddress]

  init?(_ config: ProviderConfig) {
    guard let server = config.mailServer, let from = config.text(.from).flatMap({ try? MailAddress($0, field: "from") })
    else { return nil }
    let to = (config.values[.to]?.array ?? []).compactMap { $0.string.flatMap { try? MailAddress($0, field: "to") } }
    guard !to.isEmpty else { return nil }
    self.server = server
    self.from = from
    self.to = to
  }

  func call(_ message: OutgoingMessage) throws(ReachError) -> ProviderCall {
    var mail = MailMessage(
      from: from, to: to, subject: message.title, text: message.message, date: message.createdAt,
      identifier: "layerberry-\(message.id)")
    if let photo = message.photo, photo.bytes <= Self.attachmentLimit,
      let file = try? KeptFile(photo.path, limit: Self.attachmentLimit),
      let bytes = try? file.read(at: 0, count: Int(file.size))
    {
      mail.attachments = [.init(name: "photo.jpg", type: "image/jpeg", bytes: bytes)]
    }
    return .mail(mail, server)
  }
}
