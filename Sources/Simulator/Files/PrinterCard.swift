import Model
import Wire

/// A simulated printer's card: the folder, the FTPS server before it, and what the machine finds on it when it is told
/// to print. Lives on the simulator's thread; the server has threads of its own.
final class PrinterCard {
  let folder: String
  private(set) var server: FileServer
  private let make: (UInt16, AccessCode) throws(FileServerError) -> FileServer

  /// - Parameter port: 0 lets the system choose.
  init(
    folder: String, accessCode: String, port: UInt16,
    identity: (leaf: CertificateAuthority.Identity, chain: [CertificateAuthority.Identity])
  ) throws {
    try Files.makeFolder(folder)
    self.folder = folder
    make = { (port, code) throws(FileServerError) in
      try FileServer(
        certificate: identity.leaf.certificate, key: identity.leaf.key, chain: identity.chain.map(\.certificate),
        accessCode: code, folder: folder, port: port)
    }
    server = try make(port, try AccessCode(accessCode))
  }

  var port: UInt16 { server.port }

  func change(accessCode: String) {
    guard let code = try? AccessCode(accessCode) else { return }
    server.accessCode = code
  }

  func powerOff() { server.stop() }

  /// On the same port, with what it was set to before.
  func powerOn() throws(SimulatorError) {
    let settings = server.settings
    do { server = try make(server.port, server.accessCode) } catch { throw SimulatorError(error.description) }
    server.settings = settings
  }

  /// The error with which the machine answers an order to print, as a number; nil when the file can be printed
  /// (protocol sheet, section 3.7).
  func objection(to name: String, _ request: JSONValue) -> Int? {
    let isProject = name == "print.project_file"
    guard isProject || name == "print.gcode_file" else { return nil }
    guard server.settings.card != .missing, let place = request[isProject ? "url" : "param"]?.string,
      let path = Self.path(of: place), (server.storage.size(path) ?? 0) > 0
    else { return 0x0500_C010 }
    // A 3MF is a ZIP file.
    let isReadable = !isProject || Files.head(server.storage.place(path), count: 2) == Array("PK".utf8)
    return isReadable ? nil : 0x0500_4003
  }

  /// `ftp:///x`, the older `file:///sdcard/x`, or a bare name (protocol sheet, section 3.8).
  private static func path(of place: String) -> StoragePath? {
    for prefix in ["ftp://", "file:///mnt/sdcard", "file:///sdcard", "/mnt/sdcard", "/sdcard"]
    where place.hasPrefix(prefix + "/") {
      return try? StoragePath(String(place.dropFirst(prefix.count)))
    }
    return try? StoragePath(place.hasPrefix("/") ? place : "/" + place)
  }
}
