package import Model

/// Asking a printer who it is, without credentials (protocol sheet, section 2).
package enum BindDetect {
  /// The request's JSON, to be framed.
  package static func request(sequenceID: String = "20000") -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("login")
    writer.beginObject()
    writer.key("command")
    writer.write("detect")
    writer.key("sequence_id")
    writer.write(sequenceID)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// What an answer says; nil when it is none.
  ///
  /// - Parameter address: where it was asked; the answer does not say.
  package static func announcement(_ payload: some Collection<UInt8>, address: HostName) -> PrinterAnnouncement? {
    let limits = JSONParser.Limits(bytes: BindFrame.maximumBytes, depth: 8)
    guard let answer = try? JSONParser.parse(payload, limits: limits), let login = answer["login"],
      login["command"]?.string == "detect", let id = login["id"]?.string, let serial = try? SerialNumber(id)
    else { return nil }
    func text(_ key: String) -> String? {
      guard let text = login[key]?.string, !text.isEmpty else { return nil }
      return text
    }
    var announcement = PrinterAnnouncement(serial: serial, address: address)
    announcement.modelCode = text("model")
    announcement.name = text("name")
    announcement.firmware = text("version")
    announcement.connection = text("connect")
    announcement.binding = text("bind")
    return announcement
  }
}
