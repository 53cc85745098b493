import NIOCore

extension RemoteAddress {
  /// From the socket's peer; an address that cannot be read counts as one unknown party.
  init(_ address: SocketAddress?) {
    guard let address, let text = address.ipAddress else {
      self.init(text: "unknown", network: "unknown")
      return
    }
    guard case .v6 = address else {
      self.init(text: text, network: text)
      return
    }
    // struct sockaddr_in6: family, port and flow information come before the sixteen bytes of the address.
    let bytes = address.withSockAddr { socket, size in
      Array(UnsafeRawBufferPointer(start: socket, count: size)[8..<24])
    }
    if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      let four = bytes[12...].map { String($0) }.joined(separator: ".")
      self.init(text: four, network: four)
      return
    }
    let groups = stride(from: 0, to: 8, by: 2).map { index in
      String(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]), radix: 16)
    }
    self.init(text: text, network: groups.joined(separator: ":") + "::/64")
  }
}
