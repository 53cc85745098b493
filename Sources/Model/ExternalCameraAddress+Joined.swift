extension ExternalCameraAddress.Place {
  /// Where a Location leads from here; nil for what is no HTTP address. It brings no password: one in it is not used,
  /// and the pin stays with its host.
  package func joined(_ location: String) -> ExternalCameraAddress.Place? {
    let location = location.prefix { $0 != "#" }
    var next = self
    next.credentials = nil
    if location.hasPrefix("//") {
      guard case .network(let place)? = try? ExternalCameraAddress("\(scheme.rawValue):\(location)").kind else {
        return nil
      }
      next = place
    } else if location.hasPrefix("/") {
      next.target = Secret(String(location))
    } else if location.contains("://") {
      guard case .network(let place)? = try? ExternalCameraAddress(String(location)).kind, !place.scheme.isRTSP else {
        return nil
      }
      next = place
    } else {
      // Relative: in the same folder.
      let path = target.exposed.prefix { $0 != "?" }
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
      next.target = Secret(String(folder) + String(location))
    }
    // What a server sends goes into our next request line.
    guard next.target.exposed.utf8.count <= ExternalCameraAddress.limit,
      next.target.exposed.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    next.credentials = nil
    if next.host == host, next.port == port { next.pinned = pinned } else { next.pinned = nil }
    return next
  }
}
