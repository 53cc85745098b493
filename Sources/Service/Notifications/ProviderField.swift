package import Model
import Rules
package import Wire
import Reach

/// A member of a provider's `config`. Its form is the same whatever the provider; which of them a provider has, and which
/// it cannot do without, is `ProviderType.fields`.
package enum ProviderField: String, CaseIterable, Sendable {
  case url, secret, topic, token
  case userKey = "user_key"
  case device
  case chatID = "chat_id"
  case webhookURL = "webhook_url"
  case host, port, security, username, password, from, to, service
  case deviceKey = "device_key"

  /// It is never shown again (contract, section 3).
  package var isSecret: Bool {
    switch self {
    case .secret, .token, .userKey, .webhookURL, .password, .deviceKey: true
    case .url, .topic, .device, .chatID, .host, .port, .security, .username, .from, .to, .service: false
    }
  }

  /// The value in the form in which it is kept.
  package func taken(_ json: JSONValue) throws(InvalidValue) -> JSONValue {
    let field = "config.\(rawValue)"
    switch self {
    case .port:
      guard let number = Self.whole(json) else { throw InvalidValue(field, "must be a whole number from 1 to 65535") }
      _ = try PortNumber(Int(clamping: number), field: field)
      return .int(number)
    case .to:
      guard let elements = json.array, (1...20).contains(elements.count) else {
        throw InvalidValue(field, "must be a list of 1 to 20 mail addresses")
      }
      for element in elements {
        guard let text = element.string else { throw InvalidValue(field, "must be a list of mail addresses") }
        _ = try MailAddress(text, field: field)
      }
      return json
    case .chatID:
      // Telegram takes a number or a name; people write the number as either.
      if let number = Self.whole(json) { return .string(String(number)) }
      return .string(try text(json, field))
    default: return .string(try text(json, field))
    }
  }

  /// 5.0 counts as 5, as JSON knows no difference.
  private static func whole(_ json: JSONValue) -> Int64? {
    switch json {
    case .int(let number): number
    case .double(let number): Int64(exactly: number)
    default: nil
    }
  }

  private func text(_ json: JSONValue, _ field: String) throws(InvalidValue) -> String {
    guard let text = json.string else { throw InvalidValue(field, "must be a string, not \(json.kind)") }
    switch self {
    case .url, .webhookURL: _ = try WebAddress(text, field: field)
    case .host: _ = try HostName(text, field: field)
    case .from: _ = try MailAddress(text, field: field)
    case .security:
      guard MailServer.Security(rawValue: text) != nil else {
        throw InvalidValue(field, "must be one of tls, starttls, none")
      }
    default:
      guard fits(text) else { throw InvalidValue(field, expectation) }
    }
    return text
  }

  /// What a plain text must be like: its characters, and how many.
  private var form: (letters: String, count: ClosedRange<Int>) {
    switch self {
    case .topic: ("-_", 1...64)
    case .service: ("_", 1...100)
    case .userKey, .device: ("-_,", 1...500)
    case .chatID: ("-_@", 1...64)
    case .deviceKey: ("-_", 1...100)
    case .token: ("-_:.", 1...512)
    default: ("", 1...256)
    }
  }

  private var isFree: Bool { self == .secret || self == .username || self == .password }

  private func fits(_ text: String) -> Bool {
    let (letters, count) = form
    guard count.contains(text.unicodeScalars.count) else { return false }
    if isFree { return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }
    return text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || letters.utf8.contains(byte)
    }
  }

  private var expectation: String {
    let (letters, count) = form
    let kind = isFree ? "characters without control characters" : "letters, digits and \(letters)"
    return "must be \(count.lowerBound) to \(count.upperBound) \(kind)"
  }

  /// The same for JSON Schema; a web address, a host and a mailbox are held against more than that.
  package var pattern: String {
    let (letters, count) = form
    switch self {
    case .url, .webhookURL: return "^https?://[!-~]+$"
    case .host: return "^[0-9A-Za-z.:-]+$"
    case .from: return "^[!-?A-~]+@[0-9A-Za-z.-]+$"
    default:
      if isFree { return #"^[^\x00-\x1f\x7f]{\#(count.lowerBound),\#(count.upperBound)}$"# }
      let escaped = letters.map { $0 == "-" ? "" : String($0) }.joined()
      let dash = letters.contains("-") ? "-" : ""
      return "^[0-9A-Za-z\(escaped)\(dash)]{\(count.lowerBound),\(count.upperBound)}$"
    }
  }

  package var note: String {
    switch self {
    case .url: "The server's address; a provider of the internet has its own."
    case .secret: "The key with which a webhook is signed."
    case .topic: "The topic of ntfy."
    case .token: "The access token, application token or bot token."
    case .userKey: "Pushover's user or group key."
    case .device: "Pushover's devices; all without it."
    case .chatID: "Telegram's chat, a number or @name."
    case .webhookURL: "Discord's webhook address, which is a secret as a whole."
    case .host: "The mail server."
    case .port: "The mail server's port; 465 for tls, 587 for starttls, 25 for none."
    case .security: "`tls` from the first byte, `starttls`, or `none` for a relay in the house, which gets no password."
    case .username: "The mail server's user, or ntfy's."
    case .password: "Its password."
    case .from: "The mail address that the messages come from."
    case .to: "The mail addresses that they go to."
    case .service: "Home Assistant's notify action, such as mobile_app_phone; `notify` without it."
    case .deviceKey: "Bark's device key."
    }
  }

  package var example: JSONValue {
    switch self {
    case .url: "https://hooks.example.org/prints"
    case .secret: "a long random text"
    case .topic: "my-printers"
    case .token: "AzyoeNS.D4iJLVa"
    case .userKey: "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
    case .device: "phone"
    case .chatID: "-1001234567890"
    case .webhookURL: "https://discord.com/api/webhooks/1/token"
    case .host: "mail.example.org"
    case .port: 465
    case .security: "tls"
    case .username: "board@example.org"
    case .password: "correct horse"
    case .from: "board@example.org"
    case .to: ["me@example.org"]
    case .service: "mobile_app_phone"
    case .deviceKey: "ynJ5Ft4atkMkWeo2PAvFhF"
    }
  }
}

extension ProviderType {
  /// The members of its `config`, and which it cannot do without.
  package var fields: [(field: ProviderField, isRequired: Bool)] {
    switch self {
    case .webhook: [(.url, true), (.secret, false)]
    case .ntfy: [(.url, false), (.topic, true), (.token, false), (.username, false), (.password, false)]
    case .pushover: [(.url, false), (.token, true), (.userKey, true), (.device, false)]
    case .telegram: [(.url, false), (.token, true), (.chatID, true)]
    case .discord: [(.webhookURL, true)]
    case .email:
      [
        (.host, true), (.port, false), (.security, false), (.username, false), (.password, false), (.from, true),
        (.to, true),
      ]
    case .homeAssistant: [(.url, true), (.token, true), (.service, false)]
    case .bark: [(.url, false), (.deviceKey, true)]
    case .gotify: [(.url, true), (.token, true)]
    }
  }
}
