import Synchronization
import Wire

/// A message that a stand-in for a mail server has taken.
package struct StandInMail: Hashable, Sendable {
  package var from: String
  package var to: [String]
  package var user: String?
  package var isEncrypted: Bool
  /// As it was sent, the dots of RFC 5321, section 4.5.2, undone.
  package var lines: [String]
}

/// A stand-in for a mail server that insists on RFC 5321's order: greeting, EHLO, STARTTLS where it is offered, AUTH where
/// it is wanted, MAIL, RCPT, DATA. Anything out of turn is a 503.
package final class StandInMailServer: Sendable {
  package struct Manners: Sendable {
    /// TLS from the first byte.
    package var isImplicit = false
    package var offersStartTLS = false
    /// `user` and `password` that must be given first.
    package var login: (user: String, password: String)?
    /// The reply to RCPT, MAIL or DATA's end instead of 250, such as `("RCPT", "550 no such user")`.
    package var refusal: (verb: String, reply: String)?
    /// Where the first conversations fall silent, one after the other: at a verb, at `HELLO` before the greeting, or at
    /// `END` with the message received and not acknowledged.
    package var silences: [String] = []

    package init() {}
  }

  private let listening: StandInPort
  private let certificate: TestCertificate
  private let manners: Manners
  private let kept = Mutex<[StandInMail]>([])
  private let conversations = Mutex(0)

  package init(certificate: TestCertificate, manners: Manners) throws {
    self.certificate = certificate
    self.manners = manners
    listening = try StandInPort()
    try listening.serve { [weak self] channel in self?.serve(channel) }
  }

  deinit { listening.stop() }

  package var port: Int { listening.number }
  package var mails: [StandInMail] { kept.withLock { $0 } }

  /// Conversations that were begun.
  package var begun: Int { conversations.withLock { $0 } }

  private func serve(_ channel: StandInChannel) {
    let number = conversations.withLock { count in
      defer { count += 1 }
      return count
    }
    let silence = manners.silences.dropFirst(number).first
    if manners.isImplicit, !channel.encrypt(certificate) { return }
    guard silence != "HELLO" else { return channel.holdStill() }
    channel.write("220 localhost ESMTP\r\n")
    var hasGreeted = false
    var user: String?
    var from: String?
    var to: [String] = []
    while let line = channel.line() {
      let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
      guard silence != verb else { return channel.holdStill() }
      if let refusal = manners.refusal, refusal.verb == verb {
        channel.write("\(refusal.reply)\r\n")
        continue
      }
      switch verb {
      case "EHLO":
        hasGreeted = true
        channel.write("250-localhost\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n")
        if manners.offersStartTLS, !channel.isEncrypted { channel.write("250-STARTTLS\r\n") }
        if manners.login != nil, channel.isEncrypted { channel.write("250-AUTH PLAIN\r\n") }
        channel.write("250 HELP\r\n")
      case "STARTTLS" where manners.offersStartTLS && hasGreeted && !channel.isEncrypted:
        channel.write("220 go ahead\r\n")
        guard channel.encrypt(certificate) else { return }
        hasGreeted = false
      case "AUTH" where hasGreeted && channel.isEncrypted: user = authenticate(line, channel)
      case "MAIL" where hasGreeted && (manners.login == nil || user != nil):
        from = Self.path(in: line)
        channel.write("250 ok\r\n")
      case "RCPT" where from != nil:
        to.append(Self.path(in: line))
        channel.write("250 ok\r\n")
      case "DATA" where !to.isEmpty:
        channel.write("354 go on\r\n")
        guard let lines = Self.message(from: channel) else { return }
        guard silence != "END" else { return channel.holdStill() }
        if let refusal = manners.refusal, refusal.verb == "END" {
          channel.write("\(refusal.reply)\r\n")
          continue
        }
        kept.withLock {
          $0.append(
            StandInMail(from: from ?? "", to: to, user: user, isEncrypted: channel.isEncrypted, lines: lines))
        }
        from = nil
        to = []
        channel.write("250 taken\r\n")
      case "QUIT":
        channel.write("221 bye\r\n")
        return
      default: channel.write("503 not now\r\n")
      }
    }
  }

  /// AUTH PLAIN, with the answer in the line or after a challenge (RFC 4616).
  private func authenticate(_ line: String, _ channel: StandInChannel) -> String? {
    let words = line.split(separator: " ")
    guard words.count >= 2, words[1] == "PLAIN" else {
      channel.write("504 not that\r\n")
      return nil
    }
    var answer = words.count > 2 ? String(words[2]) : ""
    if answer.isEmpty {
      channel.write("334 \r\n")
      answer = channel.line() ?? ""
    }
    let parts = (Base64.decode(Array(answer.utf8)) ?? []).split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3, let login = manners.login, parts[1] == login.user, parts[2] == login.password else {
      channel.write("535 wrong\r\n")
      return nil
    }
    channel.write("235 welcome\r\n")
    return parts[1]
  }

  private static func path(in line: String) -> String {
    String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
  }

  private static func message(from channel: StandInChannel) -> [String]? {
    var lines: [String] = []
    while let line = channel.line() {
      if line == "." { return lines }
      lines.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
    }
    return nil
  }
}
