import Export
import Glibc
import Model
import Wire

/// Writes an export of made-up rows: seconds, bytes, and the memory that it takes at most.
///
/// `export-benchmark csv|xlsx ROWS FILE [EXPECTED]`: the file must not be there yet. EXPECTED gets what stands in each
/// cell, a JSON array for each row, for comparison with what a spreadsheet reads.
@main
enum ExportBenchmark {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4, let format = Export.Format(rawValue: arguments[1]), let count = Int(arguments[2]) else {
      return complain("usage: export-benchmark csv|xlsx ROWS FILE [EXPECTED]")
    }
    let path = arguments[3]
    let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    let before = resident()
    resetPeak()
    let start = ContinuousClock.now
    do {
      try await export(count, as: format, to: path, folder: folder.isEmpty ? "." : folder)
    } catch {
      return complain("the export was not written: \(error)")
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let peak = Double(max(0, status("VmHWM:") - before)) / 1024
    if arguments.count > 4 { describe(count, to: arguments[4]) }
    print("\(format): \(count) rows in \(rounded(seconds)) s; memory at the peak: \(rounded(peak)) MB above before")
  }

  private nonisolated static func export(
    _ count: Int, as format: Export.Format, to path: String, folder: String
  ) async throws {
    var next = 0
    try await Export.write(MadeUpRows.table, as: format, to: path, folder: folder) {
      let rows = (next..<min(count, next + 200)).map(MadeUpRows.row)
      next += rows.count
      return rows
    }
  }

  private static func describe(_ count: Int, to path: String) {
    guard let file = fopen(path, "w") else { return complain("\(path) cannot be written") }
    defer { fclose(file) }
    write(MadeUpRows.heading, to: file)
    for number in 0..<count { write(MadeUpRows.json(MadeUpRows.row(number)), to: file) }
  }

  private static func write(_ line: [UInt8], to file: UnsafeMutablePointer<FILE>) {
    fwrite(line + [0x0A], 1, line.count + 1, file)
  }

  private static func complain(_ sentence: String) {
    let line = sentence + "\n"
    _ = line.withCString { Glibc.write(STDERR_FILENO, $0, line.utf8.count) }
    exit(EX_USAGE)
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  /// The kernel forgets the peak so far.
  private static func resetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  private static func resident() -> Int { status("VmRSS:") }

  /// A line of /proc/self/status, in kB.
  private static func status(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 8192)
    let count = fread(&text, 1, text.count, file)
    for line in String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n") where line.hasPrefix(name) {
      return Int(line.dropFirst(name.count).filter(\.isNumber)) ?? 0
    }
    return 0
  }
}
