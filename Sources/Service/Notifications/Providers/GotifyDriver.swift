import Model
import Reach
import Wire

/// Gotify (https://gotify.net/docs/pushmsg; https://gotify.net/api-docs, `createMessage`): JSON to `/message`, the
/// application's token in `X-Gotify-Key`. A message holds text only, so no picture goes along.
struct GotifyDriver: ProviderDriver {
  private let server: WebAddress
  private let token: Secret

  init?(_ config: ProviderConfig) {
    guard let server = config.server, let token = config.secret(.token) else { return nil }
    self.server = server
    self.token = token
  }

  func call(_ message: OutgoingMessage) -> ProviderCall {
    // From 4 the app makes a sound, from 8 it also vibrates.
    let priority: Int64 = message.level == .error ? 8 : 5
    var request = WebRequest(.post, server.appending("/message"))
    request.secretHeaders = [("X-Gotify-Key", token)]
    request.body = .json(
      jsonBytes([
        "title": .string(message.title), "message": .string(message.message), "priority": .int(priority),
      ]))
    return .web(request)
  }
}
