import CJPEG
import CShims
import Glibc
package import Loop

/// A camera at this machine (V4L2): its JPEGs as they come, or YUYV that we encode. Confined to the camera loop.
package final class DeviceCameraSource: CameraSource, LoopSource {
  package struct Timings: Hashable, Sendable {
    /// Between two pictures that we encode ourselves; those in between are left out. Default 0.2 s.
    package var encoding: Duration = .milliseconds(200)
    /// Without a picture. Default 10 s.
    package var read: Duration = .seconds(10)

    package init() {}
  }

  private static let quality: Int32 = 80

  private let loop: PollLoop
  private let path: String
  private let assembly: PictureAssembly
  private let timings: Timings

  private weak var receiver: (any CameraReceiver)?
  private var video = layerberry_video()
  /// The picture that is encoded.
  private var planes: [UInt8] = []
  private var timer: LoopTimer?
  private var lastPicture: ContinuousClock.Instant?
  private var hasStarted = false
  private var isOpen = false
  private var isOver = false

  /// - Parameter path: `/dev/video` with a number.
  package init(loop: PollLoop, path: String, assembly: PictureAssembly, timings: Timings = Timings()) {
    self.loop = loop
    self.path = path
    self.assembly = assembly
    self.timings = timings
  }

  deinit { if isOpen { layerberry_video_close(&video) } }

  package var descriptor: Int32 { isOpen ? video.descriptor : -1 }
  package var interest: Int16 { Int16(POLLIN) }

  package func start(_ receiver: any CameraReceiver) {
    loop.assertOnLoop()
    guard !hasStarted, !isOver else { return }
    hasStarted = true
    self.receiver = receiver
    let result = layerberry_video_open(path, &video)
    guard result == 0 else {
      // Not from within this call.
      let problem = Self.problem(-result)
      timer = loop.schedule(after: .zero) { [weak self] in self?.end(problem) }
      return
    }
    isOpen = true
    if video.is_packed != 0 { planes = [UInt8](repeating: 0, count: Int(video.width) * Int(video.height) * 3 / 2) }
    loop.add(self)
    awaitPicture(since: loop.now)
  }

  package func stop() {
    loop.assertOnLoop()
    receiver = nil
    end(.closed)
  }

  package func loopEnded() { stop() }

  package func ready(_ events: Int16) {
    var index: UInt32 = 0
    var bytes: UnsafePointer<UInt8>?
    var count = 0
    let result = layerberry_video_take(&video, &index, &bytes, &count)
    guard result >= 0 else { return end(Self.problem(-result)) }
    guard result > 0 else {
      // Unplugged, it reports an error and has nothing.
      if events & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { end(.deviceUnavailable) }
      return
    }
    if let bytes, count > 0 { take(UnsafeRawBufferPointer(start: bytes, count: count)) }
    guard isOpen else { return }
    let given = layerberry_video_give(&video, index)
    if given != 0 { end(Self.problem(-given)) }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    let now = loop.now
    if video.is_packed != 0 {
      if let lastPicture, now - lastPicture < timings.encoding { return }
      guard encode(bytes) else { return }
    } else {
      // Some fill the rest of the buffer with zeros.
      var end = bytes.count
      while end > 4, bytes[end - 1] == 0 { end -= 1 }
      guard end > 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[end - 2] == 0xFF, bytes[end - 1] == 0xD9 else { return }
      assembly.begin(expecting: end)
      assembly.append(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    }
    lastPicture = now
    receiver?.received(assembly.finish())
  }

  private func encode(_ packed: UnsafeRawBufferPointer) -> Bool {
    let (width, height) = (video.width & ~1, video.height & ~1)
    guard packed.count >= video.stride * Int(height), let start = packed.bindMemory(to: UInt8.self).baseAddress else {
      return false
    }
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    let stride = video.stride
    let size = Int(width) * Int(height)
    let result = planes.withUnsafeMutableBufferPointer { planes -> layerberry_jpeg_result in
      guard let luma = planes.baseAddress, planes.count >= size * 3 / 2 else { return LAYERBERRY_JPEG_NO_MEMORY }
      layerberry_video_unpack(start, width, height, stride, luma)
      var picture = layerberry_planes(
        width: width, height: height, luma: luma, u: luma + size, v: luma + size + size / 4)
      return layerberry_jpeg_encode_planes(&picture, Self.quality, "", &encoded, &count)
    }
    guard result == LAYERBERRY_JPEG_OK, let encoded else { return false }
    defer { layerberry_jpeg_free(encoded) }
    assembly.begin(expecting: count)
    assembly.append(UnsafeRawBufferPointer(start: encoded, count: count))
    return true
  }

  private func awaitPicture(since begin: ContinuousClock.Instant) {
    timer = loop.schedule(at: begin.advanced(by: timings.read)) { [weak self] in
      guard let self, !isOver else { return }
      let last = max(lastPicture ?? begin, begin)
      if loop.now - last < timings.read { awaitPicture(since: last) } else { end(.stalled) }
    }
  }

  private static func problem(_ code: Int32) -> CameraProblem {
    switch code {
    case ENOMEM, EMFILE, ENFILE: .noResources
    default: .deviceUnavailable
    }
  }

  private func end(_ problem: CameraProblem) {
    guard !isOver else { return }
    isOver = true
    timer?.cancel()
    timer = nil
    if isOpen {
      loop.remove(self)
      isOpen = false
      layerberry_video_close(&video)
    }
    planes = []
    let receiver = self.receiver
    self.receiver = nil
    receiver?.ended(problem)
  }
}
