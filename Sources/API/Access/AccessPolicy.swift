import Model
package import Rules
package import Service
import Wire

/// What the settings say of access, read once when they change and not with every request.
package final class AccessPolicy: Sendable {
  package let isOpen: Bool
  package let limits: RateLimits
  package let origins: OriginRule
  package let forwarded: ForwardedRule
  package let allowedHosts: [String]

  package init(
    isOpen: Bool = false, limits: RateLimits = RateLimits(), origins: OriginRule = OriginRule(granted: []),
    forwarded: ForwardedRule = ForwardedRule(trusted: []), allowedHosts: [String] = []
  ) {
    self.isOpen = isOpen
    self.limits = limits
    self.origins = origins
    self.forwarded = forwarded
    self.allowedHosts = allowedHosts
  }

  package convenience init(_ settings: Settings) {
    self.init(
      isOpen: settings[.authMode] == "open",
      limits: RateLimits(
        read: settings.number(.rateRead), write: settings.number(.rateWrite), control: settings.number(.rateControl)),
      origins: OriginRule(granted: Set(settings.texts(.corsOrigins).compactMap(WebOrigin.init))),
      forwarded: ForwardedRule(trusted: settings.texts(.trustedProxies).compactMap(AddressBlock.init)),
      allowedHosts: settings.texts(.allowedHosts))
  }
}
