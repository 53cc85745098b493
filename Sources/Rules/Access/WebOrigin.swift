package import Model

/// A web page's origin: scheme, host and port (RFC 6454), as the header `Origin` gives it.
package struct WebOrigin: Hashable, Sendable, CustomStringConvertible {
  package let scheme: String
  /// In lower case; an address without its brackets, in one form.
  package let host: String
  package let port: Int

  package init(scheme: String, host: String, port: Int) {
    self.scheme = scheme
    self.host = host
    self.port = port
  }

  /// nil for anything else than `http://host` or `https://host` with or without a port: `null`, a path, a name and password.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let scheme = parts[0].lowercased()
    guard parts.count == 2, parts[1].hasPrefix("//"), scheme == "http" || scheme == "https",
      let authority = Authority(String(parts[1].dropFirst(2)))
    else { return nil }
    self.init(scheme: scheme, host: authority.host, port: authority.port ?? Self.standardPort(scheme))
  }

  package static func standardPort(_ scheme: String) -> Int { scheme == "https" ? 443 : 80 }

  package var description: String {
    let shown = host.contains(":") ? "[\(host)]" : host
    return port == Self.standardPort(scheme) ? "\(scheme)://\(shown)" : "\(scheme)://\(shown):\(port)"
  }
}

/// Host and port, as the field `Host` gives them.
package struct Authority: Hashable, Sendable {
  /// In lower case and without a dot at the end; an address without its brackets, in one form.
  package let host: String
  package let port: Int?
  /// Where the host is one.
  package let address: IPAddress?

  package init?(_ text: String) {
    guard text.utf8.count <= 300 else { return nil }
    let name: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      name = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      guard let address = IPAddress(String(name)), !address.isIPv4 || name.contains(":") else { return nil }
      self.address = address
      host = address.description
    } else {
      name = text.prefix { $0 != ":" }
      rest = text[name.endIndex...]
      address = IPAddress(String(name))
      let plain = name.hasSuffix(".") ? name.dropLast() : name
      guard address != nil || Self.isName(plain) else { return nil }
      host = plain.lowercased()
    }
    guard !rest.isEmpty else {
      port = nil
      return
    }
    let digits = rest.dropFirst()
    guard rest.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    // "host:" is the host without a port (RFC 3986, section 3.2.3).
    guard !digits.isEmpty else {
      port = nil
      return
    }
    guard let number = Int(digits), (1...65_535).contains(number) else { return nil }
    port = number
  }

  /// Letters, digits, hyphens and underscores in labels: what networks at home call their machines.
  private static func isName(_ text: Substring) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.utf8.count)
        && label.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
          default: false
          }
        }
    }
  }
}
