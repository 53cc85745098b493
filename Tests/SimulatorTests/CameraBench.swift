import Foundation
import Model
import Testing

@testable import Simulator

/// What the port for JPEG pictures said, taken apart as its clients take it apart.
struct CameraOutput {
  struct Frame {
    var announced: Int
    var jpeg: [UInt8]

    var isWhole: Bool { jpeg.starts(with: [0xFF, 0xD8, 0xFF, 0xE0]) && jpeg.suffix(2) == [0xFF, 0xD9] }
    /// From the comment.
    var number: Int? {
      let text = String(decoding: jpeg.prefix(64), as: UTF8.self)
      return text.firstRange(of: "frame ").flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
    }
  }

  var bytes: [UInt8]

  /// Whole ones; an unknown header ends them.
  var frames: [Frame] {
    var frames: [Frame] = []
    var place = 0
    while place + 16 <= bytes.count, Array(bytes[(place + 4)..<(place + 16)]) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] {
      let size = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
      guard place + 16 + size <= bytes.count else { break }
      frames.append(Frame(announced: size, jpeg: Array(bytes[(place + 16)..<(place + 16 + size)])))
      place += 16 + size
    }
    return frames
  }
}

extension Foreign {
  static let hasPlayers = ["openssl", "ffmpeg", "ffprobe"].allSatisfy { path(of: $0) != nil } && hasClients

  static func packet(_ printer: SimulatedPrinter) -> [UInt8] {
    func padded(_ text: String) -> [UInt8] { Array(text.utf8) + [UInt8](repeating: 0, count: 32 - text.utf8.count) }
    return [0x40, 0, 0, 0, 0, 0x30, 0, 0] + [UInt8](repeating: 0, count: 8) + padded("bblp")
      + padded(printer.accessCode.secret.exposed)
  }

  /// Sends the packet by `openssl s_client` and takes what comes until the camera ends the connection.
  static func look(at printer: SimulatedPrinter, packet: [UInt8]? = nil) async throws -> CameraOutput {
    let folder = try TemporaryFolder()
    try Files.write(packet ?? Self.packet(printer), to: "\(folder.path)/packet")
    let openssl = try #require(path(of: "openssl"))
    // Quiet: nothing but what the camera says, and the end of the input does not end it.
    let script =
      "exec '\(openssl)' s_client -quiet -connect 127.0.0.1:\(printer.cameraPort) 2>/dev/null <'\(folder.path)/packet'"
    return CameraOutput(bytes: try await run("sh", ["-c", script]).output)
  }

  /// Looks until this holds for the camera's counters, then lets the camera end the connection.
  static func look(
    at printer: SimulatedPrinter, until isEnough: @escaping @Sendable (CameraCounters) -> Bool
  ) async throws -> CameraOutput {
    async let output = look(at: printer)
    let isSeen = await printer.wait(60) { isEnough($0.camera) }
    printer.dropCamera()
    let seen = try await output
    #expect(isSeen, "\(printer.counters.camera)")
    return seen
  }

  static func look(at printer: SimulatedPrinter, frames: Int) async throws -> CameraOutput {
    let before = printer.counters.camera.framesSent
    return try await look(at: printer) { $0.framesSent >= before + frames }
  }

  /// What ffprobe says of a picture, as `mjpeg,1280,720`.
  static func probe(_ jpeg: [UInt8]) async throws -> String {
    let folder = try TemporaryFolder()
    try Files.write(jpeg, to: "\(folder.path)/picture.jpg")
    let result = try await run(
      "ffprobe",
      [
        "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0",
        "\(folder.path)/picture.jpg",
      ])
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
