import CJPEG

/// Takes one connection's pictures: draws, counts, encodes.
struct PictureStudio {
  private let defaultSize: CameraSettings.Size
  /// What a black picture is made of: video's black is 16, a JPEG's is 0 and a little noise.
  private let black: PictureColor
  private var painter: ScenePainter
  private var painterSize: CameraSettings.Size
  private var number = 0

  init(defaultSize: CameraSettings.Size, black: PictureColor) {
    self.black = black
    self.defaultSize = defaultSize
    painter = ScenePainter(size: defaultSize)
    painterSize = defaultSize
  }

  /// The next picture, drawn.
  mutating func canvas(of scene: CameraScene, _ settings: CameraSettings, size: CameraSettings.Size) -> Canvas {
    number += 1
    if painterSize != size {
      painter = ScenePainter(size: size)
      painterSize = size
    }
    if settings.picture == .black { return Canvas(width: size.width, height: size.height, black) }
    let day = DayClock.now().truncatingRemainder(dividingBy: 86_400)
    return painter.paint(
      scene, PictureStamp(number: number, seconds: Poller.monotonicSeconds(), daySeconds: day))
  }

  /// The next picture as a JPEG with a comment that says which and when: `frame 12 at 3456.789012`, in seconds of the
  /// monotonic clock when it was taken. Delays can be measured by it.
  mutating func jpeg(of scene: CameraScene, _ settings: CameraSettings) -> [UInt8] {
    let seconds = Poller.monotonicSeconds()
    let canvas = canvas(of: scene, settings, size: settings.size ?? defaultSize)
    let micros = String(1_000_000 + Int((seconds - seconds.rounded(.down)) * 999_999)).dropFirst()
    return Self.encode(canvas, quality: settings.quality, comment: "frame \(number) at \(Int(seconds)).\(micros)")
  }

  /// Empty only where memory is short.
  private static func encode(_ canvas: Canvas, quality: Int, comment: String) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let result = canvas.luma.withUnsafeBufferPointer { luma in
      canvas.u.withUnsafeBufferPointer { u in
        canvas.v.withUnsafeBufferPointer { v in
          var planes = layerberry_planes(
            width: UInt32(canvas.width), height: UInt32(canvas.height), luma: luma.baseAddress, u: u.baseAddress,
            v: v.baseAddress)
          return layerberry_jpeg_encode_planes(&planes, Int32(min(max(quality, 1), 100)), comment, &bytes, &count)
        }
      }
    }
    defer { layerberry_jpeg_free(bytes) }
    guard result == LAYERBERRY_JPEG_OK, let bytes else { return [] }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
