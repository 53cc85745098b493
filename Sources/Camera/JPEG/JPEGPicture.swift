import CJPEG
package import NIOCore

/// The size of a picture in pixels.
package struct PictureSize: Hashable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// What can be done with a JPEG. Measuring takes microseconds; all else milliseconds: not on the camera loop.
package struct JPEGPicture: Sendable {
  /// The longest side in pixels.
  package static let longestSide = 8192
  /// The most pixels.
  package static let mostPixels = 40_000_000
  /// Where the brightest pixel is darker than this, of 255, the picture is black.
  static let black = 24

  static let limits = layerberry_jpeg_limits(side: UInt32(longestSide), pixels: UInt64(mostPixels))

  package let jpeg: ByteBuffer

  package init(_ jpeg: ByteBuffer) { self.jpeg = jpeg }

  /// The size that its header tells.
  package func measure() throws(JPEGError) -> PictureSize {
    var width: UInt32 = 0
    var height: UInt32 = 0
    let result = jpeg.withUnsafeReadableBytes { bytes in
      layerberry_jpeg_measure(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, Self.limits, &width, &height)
    }
    try JPEGError.check(result)
    return PictureSize(width: Int(width), height: Int(height))
  }

  /// Decodes all of it at an eighth of its size, and passes when it is a whole picture that is not black.
  package func judge() throws(JPEGError) {
    guard hasBothMarkers else { throw .broken }
    var brightest: UInt32 = 0
    let result = jpeg.withUnsafeReadableBytes { bytes in
      layerberry_jpeg_judge(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, Self.limits, &brightest)
    }
    try JPEGError.check(result)
    guard brightest >= Self.black else { throw .black }
  }

  /// The picture `width` pixels wide and as high as it must be then, encoded again.
  ///
  /// - Parameters:
  ///   - width: 1 to its own width; nil keeps that, and more than it has is not made up.
  ///   - quality: 1 to 100.
  ///   - scalesDecoding: false decodes each pixel, which is slower; for comparison.
  package func resized(width: Int?, quality: Int, scalesDecoding: Bool = true) throws(JPEGError) -> ByteBuffer {
    var made = layerberry_jpeg_data()
    let wanted = UInt32(clamping: max(1, width ?? Self.longestSide))
    let result = jpeg.withUnsafeReadableBytes { bytes in
      layerberry_jpeg_resize(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, Self.limits, wanted,
        Int32(clamping: min(100, max(1, quality))), scalesDecoding ? 1 : 0, &made)
    }
    try JPEGError.check(result)
    return Self.buffer(taking: made)
  }

  private var hasBothMarkers: Bool {
    let view = jpeg.readableBytesView
    return view.count >= 4 && view.prefix(2).elementsEqual([0xFF, 0xD8]) && view.suffix(2).elementsEqual([0xFF, 0xD9])
  }

  static func buffer(taking made: layerberry_jpeg_data) -> ByteBuffer {
    defer { layerberry_jpeg_free(made.bytes) }
    return ByteBuffer(bytes: UnsafeBufferPointer(start: made.bytes, count: made.count))
  }
}

/// Why a picture cannot be used.
package enum JPEGError: Error, Hashable, Sendable {
  /// No JPEG, or of a kind that no camera sends.
  case broken
  /// A part of it is missing or wrong.
  case damaged
  /// More than `JPEGPicture.longestSide` or `mostPixels`, or more to decode than a picture needs.
  case tooLarge
  case black
  case noMemory
  /// More work waits than is allowed.
  case busy

  static func check(_ result: layerberry_jpeg_result) throws(JPEGError) {
    switch result {
    case LAYERBERRY_JPEG_OK: return
    case LAYERBERRY_JPEG_DAMAGED: throw .damaged
    case LAYERBERRY_JPEG_TOO_LARGE: throw .tooLarge
    case LAYERBERRY_JPEG_NO_MEMORY: throw .noMemory
    default: throw .broken
    }
  }

  /// The same as a camera's problem.
  package var problem: CameraProblem {
    switch self {
    case .broken, .damaged, .tooLarge: .unreadable
    case .black: .dark
    case .noMemory, .busy: .noResources
    }
  }
}
