import Loop
package import Model
import Reach
package import Wire

/// A provider's checked `config`.
package struct ProviderConfig: Sendable {
  package let type: ProviderType
  /// Only members that the type has, each in the form in which it is kept.
  package let values: [ProviderField: JSONValue]

  /// Checks a whole config. Members that the type does not have are passed over.
  init(_ type: ProviderType, _ given: [ProviderField: JSONValue], rule: AddressRule) throws(InvalidValue) {
    self.type = type
    var values: [ProviderField: JSONValue] = [:]
    for (field, isRequired) in type.fields {
      guard let json = given[field], json != .null else {
        guard !isRequired else {
          throw InvalidValue("config.\(field.rawValue)", "is missing; \(type.rawValue) needs it")
        }
        continue
      }
      values[field] = try field.taken(json)
    }
    self.values = values
    for field in [ProviderField.url, .webhookURL] {
      if let address = web(field) { try rule.check(address.place, field: "config.\(field.rawValue)") }
    }
    if type == .email { try checkMail(rule) }
  }

  private func checkMail(_ rule: AddressRule) throws(InvalidValue) {
    guard let server = mailServer else { throw InvalidValue("config.host", "is missing; email needs it") }
    try rule.check(host: server.host, port: server.port, field: "config.host")
    if server.security == .none, server.password != nil {
      throw InvalidValue("config.security", "must be tls or starttls where there is a password")
    }
    if (server.user == nil) != (server.password == nil) {
      throw InvalidValue("config.username", "goes with a password, and a password with a username")
    }
  }

  /// From the database, where it has passed once; nil for what fits no more.
  package init?(_ type: ProviderType, stored: Secret) {
    guard let json = try? JSONParser.parse(stored.exposed.utf8, limits: .init(bytes: 1 << 16)),
      let members = json.object
    else { return nil }
    var values: [ProviderField: JSONValue] = [:]
    for (field, isRequired) in type.fields {
      if let value = members[field.rawValue], let taken = try? field.taken(value) {
        values[field] = taken
      } else if isRequired {
        return nil
      }
    }
    self.type = type
    self.values = values
  }

  package var stored: Secret {
    var json = JSONWriter()
    json.write(.object(Dictionary(values.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })))
    return Secret(String(decoding: json.bytes, as: UTF8.self))
  }

  package func text(_ field: ProviderField) -> String? { values[field]?.string }

  func secret(_ field: ProviderField) -> Secret? { text(field).map { Secret($0) } }

  package func web(_ field: ProviderField) -> WebAddress? { text(field).flatMap { try? WebAddress($0) } }

  /// The server that is asked: the one that was entered, or the provider's own.
  var server: WebAddress? {
    if let entered = web(.url) { return entered }
    let standard: String? =
      switch type {
      case .ntfy: "https://ntfy.sh"
      case .pushover: "https://api.pushover.net"
      case .telegram: "https://api.telegram.org"
      case .bark: "https://api.day.app"
      case .webhook, .discord, .email, .homeAssistant, .gotify: nil
      }
    return standard.flatMap { try? WebAddress($0) }
  }

  var mailServer: MailServer? {
    guard let host = text(.host).flatMap({ try? HostName($0) }) else { return nil }
    let security = text(.security).flatMap(MailServer.Security.init(rawValue:)) ?? .tls
    var number = security.standardPort
    if case .int(let given)? = values[.port] { number = Int(clamping: given) }
    guard let port = try? PortNumber(number, field: "config.port") else { return nil }
    return MailServer(host: host, port: port, security: security, user: text(.username), password: secret(.password))
  }
}
