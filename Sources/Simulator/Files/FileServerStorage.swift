import Glibc
import Model

/// The card of the simulated printer: a folder of ours.
struct FileServerStorage: Sendable {
  let root: String

  /// Where a path of the card lies for us; nil for what is no path.
  func place(_ path: StoragePath) -> String { path == .root ? root : root + path.text }

  func isFolder(_ path: StoragePath) -> Bool {
    status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  func size(_ path: StoragePath) -> Int64? {
    status(path).flatMap { $0.st_mode & S_IFMT == S_IFREG ? Int64($0.st_size) : nil }
  }

  private func status(_ path: StoragePath) -> stat? {
    var status = stat()
    return lstat(place(path), &status) == 0 ? status : nil
  }

  /// The names in a folder, sorted; nil when it is not there.
  func names(in folder: StoragePath) -> [String]? {
    guard let directory = opendir(place(folder)) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The long form of Unix, with a time of day for what is younger than half a year.
  func listing(of folder: StoragePath, now: Int) -> [UInt8]? {
    guard let names = names(in: folder) else { return nil }
    var text = ""
    for name in names {
      guard let path = try? folder.appending(name), let status = status(path) else { continue }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      let size = Self.padded(String(status.st_size), 12)
      text += "\(isFolder ? "drwxr-xr-x" : "-rw-r--r--")    1 1000     1000 \(size) "
      text += "\(Self.date(status.st_mtim.tv_sec, now: now)) \(name)\r\n"
    }
    return Array(text.utf8)
  }

  /// `Mar 02  2025`, or `Mar 03 07:15`.
  static func date(_ seconds: Int, now: Int) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let day = "\(months[Int(parts.tm_mon)]) \(two(parts.tm_mday))"
    guard abs(now - seconds) < 180 * 86_400 else { return "\(day)  \(parts.tm_year + 1900)" }
    return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min))"
  }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
