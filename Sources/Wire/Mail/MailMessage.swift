package import Model

/// A message by RFC 5322 and MIME (RFC 2045, 2047): a text, and files with it. Gives bytes with CRLF and no line over 76
/// characters but in headers that hold one word; SMTP's dots are the transport's.
package struct MailMessage: Hashable, Sendable {
  package struct Attachment: Hashable, Sendable {
    /// ASCII; anything else is replaced by `_`.
    package var name: String
    package var type: String
    package var bytes: [UInt8]

    package init(name: String, type: String, bytes: [UInt8]) {
      self.name = name
      self.type = type
      self.bytes = bytes
    }
  }

  package var from: MailAddress
  package var to: [MailAddress]
  package var subject: String
  package var text: String
  package var attachments: [Attachment] = []
  package var date: Timestamp
  /// The left part of the Message-ID; the same for each attempt, so that a mailbox can tell a repetition.
  package var identifier: String

  package init(
    from: MailAddress, to: [MailAddress], subject: String, text: String, attachments: [Attachment] = [],
    date: Timestamp, identifier: String
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.attachments = attachments
    self.date = date
    self.identifier = identifier
  }

  package var bytes: [UInt8] {
    let domain = from.text.split(separator: "@").last ?? "localhost"
    let boundary = "=_layerberry_\(Self.plain(identifier))"
    var lines = [
      "Date: \(Self.date(date))", "From: Layerberry <\(from)>", "To: \(to.map(\.text).joined(separator: ",\r\n "))",
      "Subject: \(Self.encodedHeader(subject))", "Message-ID: <\(Self.plain(identifier))@\(domain)>",
      "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
    ]
    let textHeader = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""]
    let body = textHeader + Self.folded(Array(text.utf8))
    guard !attachments.isEmpty else { return Self.written(lines + body) }
    lines += ["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)"]
    lines += body
    for attachment in attachments {
      lines += [
        "--\(boundary)", "Content-Type: \(attachment.type)", "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename=\"\(Self.plain(attachment.name))\"", "",
      ]
      lines += Self.folded(attachment.bytes)
    }
    return Self.written(lines + ["--\(boundary)--"])
  }

  private static func written(_ lines: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in lines {
      bytes += line.utf8
      bytes += [0x0D, 0x0A]
    }
    return bytes
  }

  /// Base64 in lines of 76 characters.
  private static func folded(_ bytes: [UInt8]) -> [String] {
    stride(from: 0, to: bytes.count, by: 57).map { Base64.encode(Array(bytes[$0..<min($0 + 57, bytes.count)])) }
  }

  /// As it is where that is plain ASCII, else in encoded words of at most 75 characters that never cut a character.
  static func encodedHeader(_ text: String) -> String {
    let text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    if text.utf8.count <= 60, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !text.contains("=?") { return text }
    var words: [String] = []
    var chunk: [UInt8] = []
    for character in text.unicodeScalars {
      let bytes = Array(String(character).utf8)
      if chunk.count + bytes.count > 42 {
        words.append("=?utf-8?B?\(Base64.encode(chunk))?=")
        chunk = []
      }
      chunk += bytes
    }
    words.append("=?utf-8?B?\(Base64.encode(chunk))?=")
    return words.joined(separator: "\r\n ")
  }

  private static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          let isPlain =
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || scalar == "." || scalar == "-"
          return isPlain ? scalar : "_"
        }))
  }

  /// `Mon, 15 Jan 2024 14:30:00 +0000` (RFC 5322, section 3.3).
  static func date(_ moment: Timestamp) -> String {
    let text = Array(moment.description)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let day = Int(moment.milliseconds / 86_400_000)
    let month = Int(String(text[5..<7])) ?? 1
    return "\(days[(day % 7 + 7) % 7]), \(String(text[8..<10])) \(months[month - 1]) \(String(text[..<4])) "
      + "\(String(text[11..<19])) +0000"
  }
}
