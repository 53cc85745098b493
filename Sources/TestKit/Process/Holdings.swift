package import Glibc

/// What a process holds of the machine: after whatever happened it must be what it was before.
package struct Holdings: Hashable, Sendable {
  package var descriptors: Int
  package var threads: Int
  package var children: Int
  /// kB.
  package var anonymous: Int

  package init(of process: pid_t) throws {
    descriptors = try Self.names(in: "/proc/\(process)/fd").count
    let tasks = try Self.names(in: "/proc/\(process)/task")
    threads = tasks.count
    children = tasks.reduce(0) { count, thread in
      count + Self.text("/proc/\(process)/task/\(thread)/children").split(separator: " ").count
    }
    let line = Self.text("/proc/\(process)/smaps_rollup").split(separator: "\n").first { $0.hasPrefix("Anonymous:") }
    anonymous = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  /// Waits until no more is held than before, memory aside, and gives what is.
  package static func settle(of process: pid_t, to before: Holdings) async throws -> Holdings {
    var now = before
    do {
      return try await eventually(within: 30, "no more is held than before") { () -> Holdings? in
        now = try Holdings(of: process)
        return now.descriptors <= before.descriptors && now.threads <= before.threads && now.children <= before.children
          ? now : nil
      }
    } catch {
      throw TestKitError("\(error); before: \(before); now: \(now)")
    }
  }

  private static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw TestKitError("no \(path)") }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Empty where a thread has just ended.
  private static func text(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &bytes, 65_536)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
