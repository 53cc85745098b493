import Glibc
import Model
import Simulator
import TestKit
import Wire

/// One printer with a card, followed and idle.
struct FileStage {
  let stage: Stage
  let id: Int64

  var printer: SimulatedPrinter { stage.printers[0] }
  var base: String { "/api/v1/printers/\(id)" }

  static func play(
    _ model: PrinterModel = .p1s, speed: Double = 1, arguments: [String] = [],
    _ body: (FileStage) async throws -> Void
  ) async throws {
    try await Stage.play([PrinterSpecification(model: model)], speed: speed, arguments: arguments) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      try await body(FileStage(stage: stage, id: id))
    }
  }

  /// A client of its own, so that no limit on control stands in a table's way.
  func client(_ permissions: String = "read,control,manage,admin") async throws -> HTTPClient {
    try await stage.service.client(permissions)
  }

  // MARK: The card

  func put(_ bytes: [UInt8], as name: String) throws {
    let descriptor = open("\(printer.storage)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw TestKitError("\(name): error \(errno)") }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw TestKitError("\(name): short write") }
  }

  func onCard(_ name: String) -> [UInt8]? { Self.read("\(printer.storage)/\(name)") }

  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = Glibc.read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  /// What lies in the service's spool.
  var spooled: [String] { (try? names(in: "\(stage.service.folder.path)/data/transfers")) ?? [] }

  private func names(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw TestKitError("no \(folder)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  // MARK: Bytes

  static func bytes(_ count: Int) -> [UInt8] {
    var state: UInt64 = 77
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  /// Enough of a 3MF for the simulated printer.
  static let project = Array("PK".utf8) + bytes(4000)

  static func form(_ bytes: [UInt8], name: String?, part: String = "file") -> (body: [UInt8], type: String) {
    let file = name.map { "; filename=\"\($0)\"" } ?? ""
    let head = "--b0undary\r\nContent-Disposition: form-data; name=\"\(part)\"\(file)\r\n\r\n"
    return (Array(head.utf8) + bytes + Array("\r\n--b0undary--\r\n".utf8), "multipart/form-data; boundary=b0undary")
  }
}
