import Foundation
import Model
import Testing

@testable import Simulator

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "simulator-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Runs a simulation for the length of a test.
func withSimulation(
  _ printers: [PrinterSpecification], speed: Double = 1,
  _ body: (Simulation, String) async throws -> Void
) async throws {
  let folder = try TemporaryFolder()
  let simulation = try await Simulation.start(folder: folder.path, printers: printers, speed: speed)
  do {
    try await body(simulation, folder.path)
  } catch {
    await simulation.stop()
    throw error
  }
  await simulation.stop()
}

/// Programs that nobody here wrote.
enum Foreign {
  static let hasClients = ["mosquitto", "mosquitto_sub", "mosquitto_pub", "openssl"].allSatisfy { path(of: $0) != nil }

  static func path(of program: String) -> String? {
    ["/usr/bin", "/usr/sbin", "/usr/local/bin"].map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  struct Result: Sendable {
    var status: Int32
    var output: [UInt8]
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  static func run(_ program: String, _ arguments: [String]) async throws -> Result {
    let found = try #require(path(of: program))
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/output"
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      // Its own thread: it blocks, and the child lives as long as the thread.
      Thread.detachNewThread {
        continuation.resume(with: Swift.Result { try ChildProcess(found, arguments, output: file).wait() })
      }
    }
    return Result(status: status, output: Files.read(file) ?? [])
  }

  /// Waits for so many messages, at most `seconds`.
  static func subscribe(
    _ printer: SimulatedPrinter, _ folder: String, count: Int, seconds: Int = 10, code: String? = nil,
    topic: String? = nil
  ) async throws -> Result {
    try await run(
      "mosquitto_sub",
      [
        "-h", "127.0.0.1", "-p", "\(printer.mqttPort)", "--cafile", "\(folder)/root.pem", "--insecure", "-u", "bblp",
        "-P", code ?? printer.accessCode.secret.exposed, "-t", topic ?? "device/\(printer.serial)/report", "-q", "0",
        "-C", "\(count)", "-W", "\(seconds)",
      ])
  }

  @discardableResult
  static func publish(_ printer: SimulatedPrinter, _ folder: String, _ message: String) async throws -> Result {
    try await run(
      "mosquitto_pub",
      [
        "-h", "127.0.0.1", "-p", "\(printer.mqttPort)", "--cafile", "\(folder)/root.pem", "--insecure", "-u", "bblp",
        "-P", printer.accessCode.secret.exposed, "-t", "device/\(printer.serial)/request", "-q", "1", "-m", message,
      ])
  }
}
