import Glibc
import Link
import Model
import Simulator
import TLS
import TestKit

/// A simulated printer's file server with a card in a temporary folder, and a client for it.
final class SimulatedStorage: Sendable {
  static let code = "12345678"

  let serial: SerialNumber
  let certificate: TestCertificate
  let card: TemporaryFolder
  let own: TemporaryFolder
  let server: FileServer
  let workers = TransferWorkers(limit: 3)

  init(commonName: String? = nil, settings: FileServerSettings = FileServerSettings()) throws {
    serial = try SerialNumber("01P00A000000001")
    certificate = try TestCertificate(commonName: commonName ?? serial.text)
    card = try TemporaryFolder()
    own = try TemporaryFolder()
    server = try FileServer(
      certificate: certificate.certificate, key: certificate.key, accessCode: try AccessCode(Self.code),
      folder: card.path, settings: settings)
  }

  deinit {
    server.stop()
    workers.shutdown()
  }

  func target(
    code: String = SimulatedStorage.code, model: PrinterModel? = .p1s, pinned: Fingerprint? = nil,
    authorities: TrustStore = TrustStore()
  ) throws -> StorageTarget {
    StorageTarget(
      host: try HostName("127.0.0.1"), port: try PortNumber(Int(server.port), field: "ftps_port"),
      accessCode: try AccessCode(code),
      trust: TrustPolicy(serial: serial, pinned: pinned, authorities: authorities), model: model)
  }

  func storage(
    _ target: StorageTarget, timings: StorageTimings = .quick, verdicts: Collected<TrustVerdict> = Collected()
  ) -> PrinterStorage {
    PrinterStorage(
      target: target, timings: timings, workers: workers, now: { Timestamp(seconds: Int64(time(nil))) },
      observe: { verdicts.add($0) })
  }

  func storage(timings: StorageTimings = .quick) throws -> PrinterStorage {
    storage(try target(), timings: timings)
  }

  /// What lies on the card, with hidden files.
  var cardNames: [String] {
    guard let directory = opendir(card.path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { tuple in
          tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }
}

extension StorageTimings {
  /// The same rules in a time that a test can wait for.
  static var quick: StorageTimings {
    var timings = StorageTimings()
    timings.connect = .seconds(3)
    timings.silence = .seconds(2)
    timings.lateReply = .seconds(3)
    timings.cleanUp = .seconds(3)
    return timings
  }
}

enum TestBytes {
  /// Bytes without a period, so that a shifted or doubled piece shows.
  static func make(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x1234_5678
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(descriptor) }
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw TestKitError("\(path) could not be written")
    }
  }
}
