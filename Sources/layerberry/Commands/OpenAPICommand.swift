import API
import ArgumentParser
import Glibc
import Model
import Service

/// Prints the OpenAPI document without a running service, and without its data.
struct OpenAPICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "openapi", abstract: "Prints the OpenAPI document of the API.")

  func run() throws {
    do {
      let bytes = try Self.inScratchFolder { folder in
        let configuration = try Configuration(
          options: .init(values: [.data: folder, .logLevel: "critical"]), environment: [:])
        let sink = LogSink(isJournal: false, clock: SystemClock())
        return try waiting {
          let house = try await House.assemble(configuration, sink: sink)
          let bytes = house.document.bytes
          await house.stop()
          return bytes
        }
      }
      try Self.put(bytes + [UInt8(ascii: "\n")])
    } catch {
      throw Failure.exit(for: error)
    }
  }

  /// The operations hold the parts that serve them, which want a folder; nothing of it is kept.
  private static func inScratchFolder(_ body: (String) throws -> [UInt8]) throws -> [UInt8] {
    let place = Environment.all["TMPDIR"] ?? "/tmp"
    var template = Array("\(place)/layerberry-openapi-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Fault(.internalError, "No scratch folder can be made in \(place): \(systemError(errno)).")
    }
    let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    defer { remove(folder) }
    return try body(folder)
  }

  /// With everything in it; there are no links in it.
  private static func remove(_ path: String) {
    if let directory = opendir(path) {
      var names: [String] = []
      while let entry = readdir(directory) {
        names.append(
          withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      }
      closedir(directory)
      for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
    }
    _ = Glibc.remove(path)
  }

  private static func put(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Fault(.internalError, "The document could not be written: \(systemError(errno)).") }
      rest = rest.dropFirst(count)
    }
  }
}
