package import Model

/// What a printer says of itself by broadcast or in answer to a search (protocol sheet, section 2).
///
/// It is a hint and nothing more: anybody in the network can send one.
package struct PrinterAnnouncement: Hashable, Sendable {
  package var serial: SerialNumber
  /// From `Location`, else where the packet came from.
  package var address: HostName
  /// As sent: `C12`, `O1D`.
  package var modelCode: String?
  package var name: String?
  package var firmware: String?
  /// `lan` or `cloud`.
  package var connection: String?
  /// `free` or `occupied`.
  package var binding: String?
  /// dBm.
  package var signal: Int?
  package var interface: String?

  /// By the code, else by the serial number.
  package var model: PrinterModel? { modelCode.flatMap(PrinterModel.init(code:)) ?? PrinterModel(serial: serial) }

  package init(serial: SerialNumber, address: HostName) {
    self.serial = serial
    self.address = address
  }
}

/// A datagram that a printer has sent.
package enum SSDPMessage: Hashable, Sendable {
  case alive(PrinterAnnouncement)
  case byebye(SerialNumber)

  /// Larger datagrams are not read.
  package static let maximumBytes = 4096
  package static let maximumHeaders = 64
  static let target = "urn:bambulab-com:device:3dprinter:1"

  /// nil for all that is none: searches of others, other kinds of devices, what is broken or too large.
  ///
  /// - Parameter source: where the packet came from; nil where that is unknown.
  package init?(_ datagram: some Collection<UInt8>, source: HostName?) {
    guard let head = SSDPHead(datagram) else { return nil }
    guard let serial = try? SerialNumber(head["usn"] ?? "") else { return nil }
    // Where the kind is named it must be ours; some firmware leaves it out, but then says its model.
    guard let kind = head["nt"] ?? head["st"] else {
      guard head["devmodel.bambu.com"] != nil else { return nil }
      self.init(head, serial: serial, source: source)
      return
    }
    guard kind == Self.target else { return nil }
    self.init(head, serial: serial, source: source)
  }

  private init?(_ head: SSDPHead, serial: SerialNumber, source: HostName?) {
    if head["nts"]?.lowercased() == "ssdp:byebye" {
      self = .byebye(serial)
      return
    }
    guard let address = Self.address(head["location"]) ?? source else { return nil }
    var announcement = PrinterAnnouncement(serial: serial, address: address)
    announcement.modelCode = head["devmodel.bambu.com"]
    announcement.name = head["devname.bambu.com"]
    announcement.firmware = head["devversion.bambu.com"]
    announcement.connection = head["devconnect.bambu.com"]
    announcement.binding = head["devbind.bambu.com"]
    announcement.signal = head["devsignal.bambu.com"].flatMap { Int($0) }
    announcement.interface = head["devinf.bambu.com"]
    self = .alive(announcement)
  }

  /// A bare address; a URL, a name or an address of nobody is none.
  private static func address(_ location: String?) -> HostName? {
    guard let location, location != "0.0.0.0", location != "::", let host = try? HostName(location), host.isNumeric
    else { return nil }
    return host
  }
}

/// The lines of a datagram: names in lower case, values without surrounding space.
private struct SSDPHead {
  private var values: [String: String] = [:]

  init?(_ datagram: some Collection<UInt8>) {
    guard datagram.count <= SSDPMessage.maximumBytes else { return nil }
    // Broken UTF-8 in a name must not cost the announcement.
    let text = String(decoding: datagram, as: UTF8.self)
    // By bytes: Unicode has more ends of lines than the protocol, and a name may hold one.
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).lazy.map {
      Substring($0.last == 0x0D ? $0.dropLast() : $0)
    }.makeIterator()
    guard let first = lines.next(), Self.isAnnouncement(first) else { return nil }
    var count = 0
    while let line = lines.next(), !line.isEmpty {
      count += 1
      guard count <= SSDPMessage.maximumHeaders else { return nil }
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = Self.trimmed(line[..<colon]).lowercased()
      let value = Self.trimmed(line[line.index(after: colon)...])
      // The first of two wins, so that nothing can be slipped in behind.
      if !value.isEmpty, values[name] == nil { values[name] = value }
    }
  }

  subscript(name: String) -> String? { values[name] }

  private static func isAnnouncement(_ line: Substring) -> Bool {
    let line = line.uppercased()
    return line.hasPrefix("NOTIFY * HTTP/1.") || line.hasPrefix("HTTP/1.1 200") || line.hasPrefix("HTTP/1.0 200")
  }

  /// Without space at both ends and without what ends a line or controls a terminal, which has no business in a name.
  private static func trimmed(_ text: Substring) -> String {
    var scalars = text.unicodeScalars.filter {
      $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && !(0x2028...0x2029).contains($0.value)
    }[...]
    while scalars.first == " " { scalars.removeFirst() }
    while scalars.last == " " { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }
}

/// The question that tools send; printers may leave it unanswered (protocol sheet, section 2).
package enum SSDPSearch {
  package static let group = "239.255.255.250"
  package static let port: UInt16 = 2021

  package static var datagram: [UInt8] {
    let lines = [
      "M-SEARCH * HTTP/1.1", "HOST: \(group):\(port)", "MAN: \"ssdp:discover\"", "MX: 3", "ST: \(SSDPMessage.target)",
      "", "",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }
}
