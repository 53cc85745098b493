import Model
package import Reach
import Rules

/// Hands one message to one provider.
package struct NotificationSender: Sendable {
  let web: WebClient
  let mail: MailClient
  /// For one message, where that is less than is usual.
  var deadline: Duration?

  /// As many at once as there are types of providers: those that hang until their deadline leave room for one that works.
  package static func makeThreads() -> ReachThreads {
    ReachThreads(name: "notifications", limit: ProviderType.allCases.count)
  }

  package init(web: WebClient, mail: MailClient) {
    self.web = web
    self.mail = mail
  }

  func send(_ message: OutgoingMessage, by config: ProviderConfig) async -> DeliveryVerdict {
    guard let driver = config.driver else {
      return .refused(.final, "The provider's config is not whole. Change it.")
    }
    do throws(ReachError) {
      switch try driver.call(message) {
      case .web(var request):
        if let deadline { request.bounds.deadline = deadline }
        return driver.verdict(on: try await web.perform(request))
      case .mail(let message, let server):
        try await mail.send(message, by: server, bounds: WebBounds(deadline: deadline ?? .seconds(60)))
        return .taken
      }
    } catch {
      return DeliveryVerdict(error)
    }
  }
}
