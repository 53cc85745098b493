import Model
import Wire

/// An entry of `hms_errors`.
package struct HMSView: WireObject {
  let code: HMSCode
  let model: PrinterModel?

  package static let name = "HMSError"
  package static let fields: [ObjectField<HMSView>] = [
    ObjectField("code", "Four groups of hex digits, as the maker's pages have it.", example: "0300_1000_0001_0002") {
      $0.code.text
    },
    ObjectField(
      "severity", "`fatal`, `serious`, `common` or `info`; null for a number outside of these.", example: "serious"
    ) {
      $0.code.severity?.name
    },
    ObjectField("message", "What it means, where we know it.", example: "The heat bed's temperature is too high.") {
      FaultText.describe($0.code, model: $0.model).message
    },
    ObjectField(
      "url", "The maker's page.", example: "https://wiki.bambulab.com/en/x1/troubleshooting/hmscode/0300_1000_0001_0002"
    ) { FaultText.describe($0.code, model: $0.model).url },
  ]

  /// `hms_status`: common and info are warnings, serious and fatal errors.
  package enum Worst: String, WireChoice { case ok, warning, error }

  static func worst(_ codes: [HMSCode]) -> Worst {
    var worst = Worst.ok
    for code in codes {
      switch code.severity {
      case .fatal, .serious: return .error
      case .common, .info, nil: worst = .warning
      }
    }
    return worst
  }
}
