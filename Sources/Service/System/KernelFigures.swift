import Glibc

/// Figures that the kernel tells of the board and of this process. Each is nil where it does not.
enum KernelFigures {
  static func memory() -> SystemInfo.Memory {
    var memory = SystemInfo.Memory()
    let board = fields(of: "/proc/meminfo")
    memory.total = board["MemTotal"].map { $0 * 1024 }
    memory.available = board["MemAvailable"].map { $0 * 1024 }
    memory.service = fields(of: "/proc/self/status")["VmRSS"].map { $0 * 1024 }
    return memory
  }

  static func disk(at path: String) -> SystemInfo.Disk {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return SystemInfo.Disk() }
    let block = Int64(status.f_frsize)
    return SystemInfo.Disk(total: Int64(status.f_blocks) * block, free: Int64(status.f_bavail) * block)
  }

  static func load() -> Double? {
    guard let word = text(of: "/proc/loadavg")?.split(separator: " ").first else { return nil }
    return Double(word)
  }

  static func processors() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  static func processorSeconds() -> Double? {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ((seconds(usage.ru_utime) + seconds(usage.ru_stime)) * 100).rounded() / 100
  }

  /// Monotonic seconds, so that setting the clock changes no uptime.
  static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// `Name: 123 kB` lines.
  private static func fields(of path: String) -> [Substring: Int64] {
    guard let text = text(of: path) else { return [:] }
    var fields: [Substring: Int64] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split { $0 == ":" || $0 == " " || $0 == "\t" }
      guard parts.count >= 2, let number = Int64(parts[1]) else { continue }
      fields[parts[0]] = number
    }
    return fields
  }

  static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
