import Model
import Reach
import Wire

/// A notify action of Home Assistant (https://developers.home-assistant.io/docs/api/rest/, "POST
/// /api/services/<domain>/<service>"; https://www.home-assistant.io/integrations/notify/): `message` and `title` as JSON, with
/// a long-lived access token. The action takes addresses of pictures only, none itself, so none goes along.
struct HomeAssistantDriver: ProviderDriver {
  private let server: WebAddress
  private let token: Secret
  private let service: String

  init?(_ config: ProviderConfig) {
    guard let server = config.server, let token = config.secret(.token) else { return nil }
    self.server = server
    self.token = token
    service = config.text(.service) ?? "notify"
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    var request = WebRequest(.post, server.appending("/api/services/notify/\(service)"))
    request.authentication = .bearer(token)
    request.body = .json(jsonBytes(["title": .string(message.title), "message": .string(message.message)]))
    return .web(request)
  }
}
