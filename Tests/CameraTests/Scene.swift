import CJPEG
import Camera
import Loop
import Model
import Rules
import Synchronization
import TLS
import TestKit

/// A stub camera, a hub that looks at it, and the pictures between them.
struct Scene {
  let camera: StubCamera
  let hub: CameraHub
  let worker: JPEGWorker
  let changes: Changes

  /// What the hub told of the camera.
  final class Changes: Sendable {
    private let list = Mutex<[CameraChange]>([])
    var all: [CameraChange] { list.withLock { $0 } }
    func append(_ change: CameraChange) { list.withLock { $0.append(change) } }
  }

  static let serial = "01P00A000000001"
  static let code = "12345678"

  /// Quick, so that a test need not wait; each still in its proportion to the others.
  static var timings: CameraTimings {
    var timings = CameraTimings()
    timings.linger = .milliseconds(200)
    timings.settle = .milliseconds(100)
    timings.firstPicture = .seconds(10)
    timings.stall = .seconds(2)
    timings.backoff = Backoff.Limits(first: .milliseconds(100), most: .milliseconds(400), stableAfter: .seconds(5))
    timings.refusal = .seconds(60)
    return timings
  }

  static func target(
    port: UInt16, host: String = "127.0.0.1", pinned: Fingerprint? = nil
  ) throws -> PrinterCameraTarget {
    PrinterCameraTarget(
      host: try HostName(host), port: try PortNumber(Int(port), field: "port"), accessCode: try AccessCode(code),
      trust: TrustPolicy(serial: try SerialNumber(serial), pinned: pinned, authorities: TrustStore()))
  }

  static func certificate() throws -> TestCertificate { try TestCertificate(commonName: serial) }

  /// - Parameter serve: what the camera does after each login.
  static func play(
    timings: CameraTimings = Scene.timings, certificate: TestCertificate? = nil, host: String = "127.0.0.1",
    pinned: Fingerprint? = nil, lookup: @escaping NameResolver.Lookup = NameResolver.system,
    serve: @escaping @Sendable (StubCamera.Client) -> Void, _ body: (Scene) async throws -> Void
  ) async throws {
    let camera = try StubCamera(certificate ?? Scene.certificate(), serve: serve)
    defer { camera.stop() }
    try await withLoop(lookup: lookup) { loop in
      let target = try target(port: camera.port, host: host, pinned: pinned)
      let worker = JPEGWorker()
      let changes = Changes()
      let hub = CameraHub(loop: loop, surroundings: surroundings(worker, timings)) {
        changes.append($0)
      } makeSource: {
        ChamberCameraSource(loop: loop, target: target, assembly: $0)
      }
      let scene = Scene(camera: camera, hub: hub, worker: worker, changes: changes)
      do { try await body(scene) } catch {
        await hub.shutdown()
        throw error
      }
      await hub.shutdown()
      worker.shutdown()
    }
  }

  static func surroundings(_ worker: JPEGWorker, _ timings: CameraTimings) -> CameraHub.Surroundings {
    CameraHub.Surroundings(worker: worker, timings: timings) {
      Timestamp(seconds: 1_705_327_512)
    } timeOfDay: {
      String($0.description.dropFirst(11).prefix(8))
    }
  }

  /// Pictures for ever, `milliseconds` apart, until the hub lets go.
  static func sends(every milliseconds: UInt32 = 30, _ jpeg: [UInt8] = Drawing.picture())
    -> @Sendable (
      StubCamera.Client
    ) -> Void
  {
    { client in
      while client.send(frame: jpeg) { pause(milliseconds) }
    }
  }
}
