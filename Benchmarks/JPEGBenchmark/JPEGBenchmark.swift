import CJPEG
import Camera
import Glibc
import NIOCore

/// Makes a 1080p picture 320 pixels wide again and again: milliseconds of CPU each, and the memory that it takes at most.
///
/// `jpeg-benchmark scaled|whole [ROUNDS]`: with or without scaled decoding, each in a process of its own, so that the one
/// does not find the memory that the other left.
@main
enum JPEGBenchmark {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2, ["scaled", "whole", "judge"].contains(arguments[1]) else {
      return complain("usage: jpeg-benchmark scaled|whole|judge [ROUNDS]")
    }
    let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 50 : 50
    let bytes = picture(width: 1920, height: 1080)
    guard !bytes.isEmpty, rounds > 0 else { return complain("no picture could be made") }
    let picture = JPEGPicture(ByteBuffer(bytes: bytes))

    let before = resident()
    resetPeak()
    var times: [Double] = []
    var made = 0
    for _ in 0..<rounds {
      let start = processorTime()
      do throws(JPEGError) {
        if arguments[1] == "judge" {
          try picture.judge()
        } else {
          made = try picture.resized(width: 320, quality: 80, scalesDecoding: arguments[1] == "scaled").readableBytes
        }
      } catch {
        return complain("the picture was refused: \(error)")
      }
      times.append((processorTime() - start) * 1000)
    }
    times.sort()
    let peak = max(0, peakResident() - before)
    print("\(arguments[1]): 1920x1080, \(bytes.count) bytes, to \(made) bytes")
    print(
      "CPU: median \(rounded(times[times.count / 2])) ms, worst \(rounded(times[times.count - 1])) ms;"
        + " memory at the peak: \(rounded(Double(peak) / 1024)) MB")
  }

  /// Slopes with noise, as a camera's picture has it.
  private static func picture(width: Int, height: Int) -> [UInt8] {
    var seed: UInt32 = 1
    func noise() -> Int {
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return Int(seed >> 28)
    }
    let luma = (0..<height).flatMap { y in
      (0..<width).map { x in UInt8(min(255, (x * y / 4000 + x / 16 + y / 8) % 224 + noise())) }
    }
    let u = (0..<height / 2).flatMap { y in (0..<width / 2).map { x in UInt8((x / 8 + y / 16) % 200) } }
    let v = (0..<height / 2).flatMap { y in (0..<width / 2).map { x in UInt8((x / 16 + y / 8) % 200) } }
    return luma.withUnsafeBufferPointer { luma in
      u.withUnsafeBufferPointer { u in
        v.withUnsafeBufferPointer { v in
          var planes = layerberry_planes()
          planes.width = UInt32(width)
          planes.height = UInt32(height)
          planes.luma = luma.baseAddress
          planes.u = u.baseAddress
          planes.v = v.baseAddress
          var made: UnsafeMutablePointer<UInt8>?
          var count = 0
          guard layerberry_jpeg_encode_planes(&planes, 80, "benchmark", &made, &count) == LAYERBERRY_JPEG_OK else {
            return []
          }
          defer { layerberry_jpeg_free(made) }
          return Array(UnsafeBufferPointer(start: made, count: count))
        }
      }
    }
  }

  private static func complain(_ sentence: String) {
    let line = sentence + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, line.utf8.count) }
    exit(EX_USAGE)
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The kernel forgets the peak so far.
  private static func resetPeak() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, "5", 1)
    close(descriptor)
  }

  private static func resident() -> Int { status("VmRSS:") }
  private static func peakResident() -> Int { status("VmHWM:") }

  /// A line of /proc/self/status, in kB.
  private static func status(_ name: String) -> Int {
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 8192)
    let count = read(descriptor, &text, text.count)
    for line in String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
    where line.hasPrefix(name) {
      return Int(line.dropFirst(name.count).filter(\.isNumber)) ?? 0
    }
    return 0
  }
}
