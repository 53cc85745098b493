import Glibc
import Model
import Store

/// A folder of its own for each test, gone with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/layerberry-store-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw StoreFailure(.io, "no temporary folder") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Self.remove(path) }

  static func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { remove(path + "/" + name) }
      }
      closedir(folder)
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  /// An open database in `path`, as a service has it.
  func database(
    _ migrations: [Migration] = Schema.migrations, hook: CallHook? = nil
  ) throws -> Database {
    let folder = try DataFolder.prepare(path)
    return try Database.open(
      folder, role: .service(try folder.lock()), now: .start, migrations: migrations, hook: hook)
  }
}

extension Timestamp {
  static let start = Timestamp(seconds: 1_700_000_000)
}

enum Files {
  static func read(_ path: String) -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: max(0, Int(lseek(file, 0, SEEK_END))))
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    return Array(bytes.prefix(max(count, 0)))
  }

  static func write(_ path: String, _ bytes: some Collection<UInt8>, at offset: Int = 0, cut: Bool = true) {
    let file = open(path, O_WRONLY | O_CREAT | (cut ? O_TRUNC : 0), 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    let all = Array(bytes)
    _ = all.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
  }

  static func mode(_ path: String) -> mode_t? {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : nil
  }

  static func names(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// The kind of the failure that `body` throws; nil when it throws none.
func failure(of body: () throws -> Void) -> StoreFailure? {
  do {
    try body()
    return nil
  } catch {
    return error as? StoreFailure
  }
}

func newPrinter(_ number: Int = 1) throws -> NewPrinter {
  NewPrinter(
    name: "Printer \(number)", host: try HostName("192.0.2.\(number)"),
    serial: try SerialNumber("00M00A3C05\(10_000 + number)"), accessCode: try AccessCode("12345678"), model: .x1c)
}

extension SettingsRepository {
  /// Sets some, without counting.
  func set(_ values: [String: String], now: Timestamp) async throws {
    _ = try await change(values.mapValues(Optional.some), now: now) { 0 }
  }
}
