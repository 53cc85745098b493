import Glibc
import Model
import Wire

/// Decodes and merges every report of the corpus again and again: reports per second, and CPU per report.
///
/// `report-benchmark FOLDER [SECONDS]`: each line of each `.jsonl` file of the folder is one MQTT payload. A file is one
/// printer's session and has its own state; the sessions are repeated until the time is over.
@main
enum ReportBenchmark {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2 else { return complain("usage: report-benchmark FOLDER [SECONDS]") }
    let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 5 : 5
    let sessions = files(in: arguments[1]).compactMap(content(of:)).map { $0.split(separator: UInt8(ascii: "\n")) }
    let lines = sessions.reduce(0) { $0 + $1.count }
    guard lines > 0 else { return complain("\(arguments[1]) holds no report") }
    guard let serial = try? SerialNumber("00M00A000000000") else { return complain("the serial number is refused") }

    var states = sessions.map { _ in ReportState(serial: serial, model: nil) }
    var reports = 0
    var rejected = 0
    let wallStart = now(CLOCK_MONOTONIC)
    let processorStart = now(CLOCK_PROCESS_CPUTIME_ID)
    repeat {
      for (index, session) in sessions.enumerated() {
        for payload in session {
          let outcome = payload.withUnsafeBytes { states[index].apply($0) }
          if case .rejected = outcome { rejected += 1 }
        }
      }
      reports += lines
    } while now(CLOCK_MONOTONIC) - wallStart < seconds
    let wall = now(CLOCK_MONOTONIC) - wallStart
    let processor = now(CLOCK_PROCESS_CPUTIME_ID) - processorStart

    let bytes = sessions.joined().reduce(0) { $0 + $1.count } / lines
    print("corpus: \(lines) reports, \(bytes) bytes on average, rejected: \(rejected)")
    print("reports per second: \(Int(Double(reports) / wall))")
    print("CPU per report: \(Int(processor / Double(reports) * 1e6)) us")
  }

  private static func complain(_ sentence: String) {
    let line = sentence + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, line.utf8.count) }
    exit(EX_USAGE)
  }

  /// Seconds of one of the system's clocks.
  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func files(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".jsonl") { names.append(folder + "/" + name) }
    }
    return names.sorted()
  }

  private static func content(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
