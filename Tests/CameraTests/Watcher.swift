import Camera
import NIOCore
import Synchronization
import TestKit

/// A viewer that notes what it is shown.
final class Watcher: PictureViewer {
  private struct Seen {
    var pictures = 0
    var newest: CameraPicture?
    var outages: [CameraOutage] = []
    var hasEnded = false
  }

  private let seen = Mutex(Seen())

  var pictures: Int { seen.withLock { $0.pictures } }
  var newest: CameraPicture? { seen.withLock { $0.newest } }
  var newestBytes: [UInt8]? { newest?.bytes }
  var outages: [CameraOutage] { seen.withLock { $0.outages } }
  var problems: [CameraProblem] { outages.map(\.problem) }
  var hasEnded: Bool { seen.withLock { $0.hasEnded } }

  func show(_ picture: CameraPicture) {
    seen.withLock { seen in
      seen.pictures += 1
      seen.newest = picture
    }
  }

  func show(_ outage: CameraOutage) { seen.withLock { $0.outages.append(outage) } }

  func ended() { seen.withLock { $0.hasEnded = true } }

  /// Waits until so many pictures were shown, this many more than now.
  func sees(_ count: Int = 1, within seconds: Double = 20) async throws {
    let goal = pictures + count
    try await eventually(within: seconds, "\(count) pictures") { pictures >= goal ? true : nil }
  }

  func hears(_ problem: CameraProblem, within seconds: Double = 20) async throws {
    try await eventually(within: seconds, "\(problem), heard \(problems)") { problems.contains(problem) ? true : nil }
  }
}

extension CameraPicture {
  var bytes: [UInt8] { Array(jpeg.readableBytesView) }
}
