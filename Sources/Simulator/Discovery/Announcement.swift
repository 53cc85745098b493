import Model

/// How a printer's announcements are written: firmware and the networks between differ.
package enum AnnouncementStyle: String, Sendable, CaseIterable {
  /// All headers, as the protocol sheet lists them (section 2).
  case complete
  /// Header names in lower case.
  case lowerCase = "lower-case"
  /// Header names in capitals.
  case upperCase = "upper-case"
  /// Serial number, model and place only.
  case sparse
  /// Nothing says where it is but the packet itself.
  case withoutLocation = "without-location"
}

/// What a printer says of itself by UDP.
struct Announcement {
  enum Kind { case alive, byebye, answer }

  var serial: String
  var model: PrinterModel
  var name: String
  var address: String
  var style = AnnouncementStyle.complete

  private static let target = "urn:bambulab-com:device:3dprinter:1"

  func datagram(_ kind: Kind) -> [UInt8] {
    let first = kind == .answer ? "HTTP/1.1 200 OK" : "NOTIFY * HTTP/1.1"
    let lines = [first] + headers(kind).map { "\(styled($0.name)): \($0.value)" } + ["", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  private func headers(_ kind: Kind) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = [
      ("Host", "239.255.255.250:1990"), ("Server", "UPnP/1.0"), ("Location", address),
      (kind == .answer ? "ST" : "NT", Self.target), ("USN", serial), ("Cache-Control", "max-age=1800"),
    ]
    if kind != .answer { headers.append(("NTS", kind == .byebye ? "ssdp:byebye" : "ssdp:alive")) }
    headers += [
      ("DevModel.bambu.com", model.codes.first ?? model.rawValue), ("DevName.bambu.com", name),
      ("DevSignal.bambu.com", "-44"), ("DevConnect.bambu.com", "lan"), ("DevBind.bambu.com", "free"),
      ("Devseclink.bambu.com", "secure"), ("DevInf.bambu.com", "wlan0"), ("DevVersion.bambu.com", "01.07.00.00"),
      ("DevCap.bambu.com", "1"),
    ]
    switch style {
    case .complete, .lowerCase, .upperCase: return headers
    case .withoutLocation: return headers.filter { $0.name != "Location" }
    case .sparse: return headers.filter { ["Location", "NT", "ST", "USN", "DevModel.bambu.com"].contains($0.name) }
    }
  }

  private func styled(_ name: String) -> String {
    switch style {
    case .lowerCase: name.lowercased()
    case .upperCase: name.uppercased()
    case .complete, .sparse, .withoutLocation: name
    }
  }
}
