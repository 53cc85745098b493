/// An environment of the maker's cloud (S2, "Base URLs" and "Test Environments"; the setting `cloud.region`). Accounts do
/// not cross from one to another.
package enum CloudRegion: String, CaseIterable, Hashable, Sendable {
  case global, china, dev, qa, pre
  case preUS = "pre-us"
  /// Somebody's own, at the setting `cloud.base_url`.
  case custom

  /// Host of its API; nil for a custom one.
  var host: String? {
    switch self {
    case .global: "api.bambulab.com"
    case .china: "api.bambulab.cn"
    case .dev: "api-dev.bambulab.net"
    case .qa: "api-qa.bambulab.net"
    case .pre: "api-pre.bambulab.net"
    case .preUS: "api-pre-us.bambulab.net"
    case .custom: nil
    }
  }

  /// Host of its web pages, where the second factor is checked (protocol sheet, 8.1); nil where the API's host does it.
  var webHost: String? {
    switch self {
    case .global: "bambulab.com"
    case .china: "bambulab.cn"
    case .dev, .qa, .pre, .preUS, .custom: nil
    }
  }

  /// Host of its MQTT broker (S2, "MQTT Command Examples"); nil where none is known.
  package var brokerHost: String? {
    switch self {
    case .global: "us.mqtt.bambulab.com"
    case .china: "cn.mqtt.bambulab.com"
    case .dev, .qa, .pre, .preUS, .custom: nil
    }
  }
}
