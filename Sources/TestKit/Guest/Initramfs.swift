import Glibc

/// A cpio archive (the format "newc" of the kernel's documentation) behind another.
enum Initramfs {
  /// - Parameters:
  ///   - base: an archive whose length is a multiple of four.
  ///   - files: regular files of this machine, which keep their paths.
  static func write(after base: String, files: [String], to path: String) throws {
    let output = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw TestKitError("\(path) cannot be written") }
    defer { close(output) }
    _ = try copy(base, to: output)
    var folders: Set<String> = []
    var number = 1
    for file in Set(files).sorted() {
      var folder = ""
      for name in file.split(separator: "/").dropLast() {
        folder += "/\(name)"
        guard folders.insert(folder).inserted else { continue }
        try put(head(folder, number: number, mode: UInt32(S_IFDIR) | 0o755, size: 0), to: output)
        number += 1
      }
      var info = stat()
      guard stat(file, &info) == 0 else { throw TestKitError("no \(file)") }
      let mode = UInt32(S_IFREG) | (access(file, X_OK) == 0 ? 0o755 : 0o644)
      try put(head(file, number: number, mode: mode, size: Int(info.st_size)), to: output)
      let size = try copy(file, to: output)
      try put([UInt8](repeating: 0, count: (4 - size % 4) % 4), to: output)
      number += 1
    }
    try put(head("/TRAILER!!!", number: 0, mode: 0, size: 0), to: output)
  }

  private static func head(_ path: String, number: Int, mode: UInt32, size: Int) -> [UInt8] {
    let name = Array(path.utf8.dropFirst()) + [0]
    let fields = [number, Int(mode), 0, 0, 1, 0, size, 0, 0, 0, 0, name.count, 0]
    let digits = fields.map { field in
      let text = String(field, radix: 16)
      return String(repeating: "0", count: max(0, 8 - text.count)) + text
    }
    var head = Array("070701\(digits.joined())".utf8) + name
    head += [UInt8](repeating: 0, count: (4 - head.count % 4) % 4)
    return head
  }

  private static func copy(_ path: String, to output: Int32) throws -> Int {
    let input = open(path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw TestKitError("\(path) cannot be read") }
    defer { close(input) }
    var all = 0
    while true {
      let count = sendfile(output, input, nil, 1 << 24)
      guard count >= 0 else { throw TestKitError("\(path): error \(errno)") }
      if count == 0 { return all }
      all += count
    }
  }

  private static func put(_ bytes: [UInt8], to output: Int32) throws {
    guard Glibc.write(output, bytes, bytes.count) == bytes.count else { throw TestKitError("short write") }
  }
}
