/// Where the cloud is: the bases below which its paths lie.
package struct CloudBase: Hashable, Sendable {
  package let region: CloudRegion
  package let api: WebAddress
  /// For the second factor.
  package let web: WebAddress

  package static let expectation =
    "must be empty, or https:// with a host and a path at most (http:// for this machine itself), without user, query"
    + " and spaces"

  /// - Parameter custom: the setting `cloud.base_url`, which counts in the region `custom` only.
  package init(region: CloudRegion, custom: String) throws(InvalidValue) {
    self.region = region
    guard let host = region.host else {
      guard !custom.isEmpty else {
        throw InvalidValue("cloud.base_url", "must be set where cloud.region is custom")
      }
      api = try Self.custom(custom)
      web = api
      return
    }
    api = try WebAddress("https://\(host)")
    web = try WebAddress("https://\(region.webHost ?? host)")
  }

  /// Whether a text may be the setting `cloud.base_url`.
  package static func fits(_ text: String) -> Bool { text.isEmpty || (try? custom(text)) != nil }

  /// A token goes there, so that it must be encrypted, unless it does not leave the machine (contract, section 5, "Cloud").
  private static func custom(_ text: String) throws(InvalidValue) -> WebAddress {
    let problem = InvalidValue("cloud.base_url", expectation)
    guard let address = try? WebAddress(text, field: "cloud.base_url"), address.place.credentials == nil,
      !address.place.target.exposed.contains("?"), address.place.scheme.isEncrypted || address.isOnThisMachine
    else { throw problem }
    return address
  }

  /// Where a file may be sent: by https, or on this machine where the cloud itself is there.
  package func mayUpload(to address: WebAddress) -> Bool {
    address.place.scheme.isEncrypted || (address.isOnThisMachine && api.isOnThisMachine)
  }

  /// For the row of an account: what it was signed in to.
  package var text: String {
    let text = api.description
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}

extension WebAddress {
  /// Named so that the request cannot leave the machine.
  var isOnThisMachine: Bool {
    let host = place.host.text.lowercased()
    return host == "localhost" || host == "::1" || (host.hasPrefix("127.") && place.host.isNumeric)
  }
}
