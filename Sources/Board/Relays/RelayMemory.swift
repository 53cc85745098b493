import Glibc

/// How relays stood, so that a service that starts again leaves them so.
///
/// It holds for one boot only: after a power cut relays begin in their safe state, whatever they were before. So it need
/// not be on the disk, only outlive the process, and writing it takes no longer than the page cache does.
package struct RelayMemory: Sendable {
  private let path: String?
  private let boot: String

  /// - Parameters:
  ///   - path: nil remembers nothing.
  ///   - boot: the kernel's name for this boot.
  package init(path: String?, boot: String = Self.kernelBoot) {
    self.path = path
    self.boot = boot
  }

  package static var kernelBoot: String { text(of: "/proc/sys/kernel/random/boot_id") ?? "" }

  /// The relays by name that were remembered in this boot.
  func read() -> [String: Bool] {
    guard let path, let text = Self.text(of: path) else { return [:] }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map(String.init) == boot, lines.last == "end" else { return [:] }
    lines = lines.dropFirst().dropLast()
    var states: [String: Bool] = [:]
    for line in lines {
      let words = line.split(separator: " ")
      guard words.count == 2, let isOn = ["on": true, "off": false][words[1]] else { return [:] }
      states[String(words[0])] = isOn
    }
    return states
  }

  /// Whether it could be written; a memory that cannot be is one line of log, and no reason not to switch.
  func write(_ states: [String: Bool]) -> Bool {
    guard let path else { return true }
    let lines = states.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value ? "on" : "off")" }
    let bytes = Array(([boot] + lines + ["end"]).joined(separator: "\n").utf8)
    let descriptor = open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    let count = Glibc.write(descriptor, bytes, bytes.count)
    guard close(descriptor) == 0, count == bytes.count else { return false }
    return rename("\(path).new", path) == 0
  }

  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count > 0, let text = String(validating: bytes[..<count], as: UTF8.self) else { return nil }
    return text.last == "\n" ? String(text.dropLast()) : text
  }
}
