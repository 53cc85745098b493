import AllocationCount
import Camera
import Glibc
import Loop
import Model
import NIOCore
import Simulator
import Synchronization
import TLS

/// A simulated 1080p camera over TLS and a hub with viewers: allocations and CPU of the camera's thread for each picture.
///
/// `camera-benchmark FOLDER [VIEWERS [PICTURES]]`: the first fifty pictures warm up and are not counted.
@main
enum CameraBenchmark {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2 else {
      print("usage: camera-benchmark FOLDER [VIEWERS [PICTURES]]")
      exit(EX_USAGE)
    }
    let viewers = arguments.count > 2 ? Int(arguments[2]) ?? 50 : 50
    let pictures = arguments.count > 3 ? Int(arguments[3]) ?? 300 : 300
    var settings = CameraSettings()
    settings.framesPerSecond = 30
    settings.size = .fullHD
    let simulation = try await Simulation.start(
      folder: arguments[1], printers: [PrinterSpecification(model: .p1s, camera: settings)])
    let printer = simulation.printers[0]
    let loop = try PollLoop(name: "cameras")
    let worker = JPEGWorker()
    let target = PrinterCameraTarget(
      host: try HostName("127.0.0.1"), port: printer.cameraPort, accessCode: printer.accessCode,
      trust: TrustPolicy(serial: printer.serial, pinned: nil, authorities: TrustStore()))
    let surroundings = CameraHub.Surroundings(worker: worker) {
      Timestamp(seconds: 0)
    } timeOfDay: {
      $0.description
    }
    let hub = CameraHub(loop: loop, surroundings: surroundings) {
      ChamberCameraSource(loop: loop, target: target, assembly: $0)
    }
    let figures = await withCheckedContinuation { continuation in
      hub.add(Counter(from: 50, pictures: pictures) { continuation.resume(returning: $0) })
      for _ in 1..<max(1, viewers) { hub.add(Onlooker()) }
    }
    print(
      "\(viewers) viewers, \(pictures) pictures of \(figures.bytes) bytes: \(Double(figures.allocations) / Double(pictures))"
        + " allocations and \(Int(figures.processor / Double(pictures) * 1e6)) us of the camera's thread for each")
    await hub.shutdown()
    worker.shutdown()
    loop.shutdown()
    await simulation.stop()
  }
}

struct Figures: Sendable {
  var allocations: UInt
  /// Seconds.
  var processor: Double
  var bytes: Int
}

/// Holds the newest picture, as one does who has not sent it yet.
final class Onlooker: PictureViewer {
  private let newest = Mutex<CameraPicture?>(nil)

  func show(_ picture: CameraPicture) { newest.withLock { $0 = picture } }
  func show(_ outage: CameraOutage) {}
  func ended() {}
}

/// Reads the counters of the camera's thread, on which it is called.
final class Counter: PictureViewer {
  private let seen = Mutex(0)
  private let start = Mutex(0.0)
  private let first: Int
  private let pictures: Int
  private let done: @Sendable (Figures) -> Void

  init(from first: Int, pictures: Int, done: @escaping @Sendable (Figures) -> Void) {
    self.first = first
    self.pictures = pictures
    self.done = done
  }

  func show(_ picture: CameraPicture) {
    let number = seen.withLock { seen in
      seen += 1
      return seen
    }
    if number == first {
      start.withLock { $0 = processorTime() }
      layerberry_count_allocations()
    } else if number == first + pictures {
      let allocations = layerberry_allocations()
      let processor = processorTime() - start.withLock { $0 }
      done(Figures(allocations: allocations, processor: processor, bytes: picture.jpeg.readableBytes))
    }
  }

  func show(_ outage: CameraOutage) { print("no pictures: \(outage.problem.sentence)") }
  func ended() {}

  private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
