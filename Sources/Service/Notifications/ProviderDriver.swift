import Model
import Reach
import Rules
import Wire

/// How one kind of provider is asked, and what its answers mean. Pure: the request is a value, and so is the verdict.
protocol ProviderDriver: Sendable {
  init?(_ config: ProviderConfig)
  func call(_ message: OutgoingMessage) throws(ReachError) -> ProviderCall
  func verdict(on answer: WebAnswer) -> DeliveryVerdict
}

enum ProviderCall: Sendable {
  case web(WebRequest)
  case mail(MailMessage, MailServer)
}

/// What became of an attempt.
enum DeliveryVerdict: Hashable, Sendable {
  case taken
  /// The sentence is for people and holds nothing of the answer but its status.
  case refused(DeliveryRule.Failure, String)
}

extension ProviderDriver {
  /// By the status alone, as most of them are documented.
  func verdict(on answer: WebAnswer) -> DeliveryVerdict { .byStatus(answer) }
}

extension DeliveryVerdict {
  /// - Parameter retryAfter: seconds that the body asks for, where a provider says it there.
  static func byStatus(_ answer: WebAnswer, retryAfter: Double? = nil) -> DeliveryVerdict {
    switch answer.status {
    case 200..<300: .taken
    // Too early, too many, or nothing wrong with the message: RFC 9110, section 15, and RFC 6585, section 4.
    case 408, 425, 429, 500...:
      .refused(
        .passing(retryAfter: [retryAfter, self.retryAfter(answer)].compactMap(\.self).max()),
        "The server answered \(answer.status).")
    case 401, 403: .refused(.final, "The server answered \(answer.status): it does not take the key or password.")
    case 404, 410: .refused(.final, "The server answered \(answer.status): there is nothing at this address.")
    default: .refused(.final, "The server answered \(answer.status) and does not take the message.")
    }
  }

  /// `Retry-After` in seconds (RFC 9110, section 10.2.3). A date is not read: the clocks of two machines differ.
  private static func retryAfter(_ answer: WebAnswer) -> Double? {
    guard let text = answer["retry-after"], text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 9
    else { return nil }
    return Double(text)
  }

  init(_ error: ReachError) { self = .refused(error.isPassing ? .passing(retryAfter: nil) : .final, error.description) }
}

extension ProviderConfig {
  /// nil when the config lacks what the provider needs.
  var driver: (any ProviderDriver)? {
    switch type {
    case .webhook: WebhookDriver(self)
    case .ntfy: NtfyDriver(self)
    case .pushover: PushoverDriver(self)
    case .telegram: TelegramDriver(self)
    case .discord: DiscordDriver(self)
    case .email: MailDriver(self)
    case .homeAssistant: HomeAssistantDriver(self)
    case .bark: BarkDriver(self)
    case .gotify: GotifyDriver(self)
    }
  }
}

/// The bytes of a JSON object.
func jsonBytes(_ members: [String: JSONValue]) -> [UInt8] {
  var json = JSONWriter()
  json.write(.object(members))
  return json.bytes
}
