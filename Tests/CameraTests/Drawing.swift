import CJPEG
import Glibc

/// Pictures for tests.
enum Drawing {
  /// A grey slope, from dark at the left to `brightest` at the right.
  static func picture(width: Int = 64, height: Int = 48, brightest: Int = 255, quality: Int32 = 80) -> [UInt8] {
    var made = layerberry_jpeg_data()
    var slope = Slope(width: width, brightest: brightest)
    let result = withUnsafeMutablePointer(to: &slope) { slope in
      layerberry_jpeg_draw(
        UInt32(width), UInt32(height), quality,
        { context, y, row in
          guard let row, let slope = context?.assumingMemoryBound(to: Slope.self).pointee else { return }
          for x in 0..<slope.width { row[x] = UInt8(min(255, (x + Int(y) % 7) * slope.brightest / (slope.width + 7))) }
        }, slope, &made)
    }
    defer { layerberry_jpeg_free(made.bytes) }
    return result == LAYERBERRY_JPEG_OK ? Array(UnsafeBufferPointer(start: made.bytes, count: made.count)) : []
  }

  private struct Slope {
    var width: Int
    var brightest: Int
  }
}

/// What a camera's own thread does between two pictures.
func pause(_ milliseconds: UInt32) { usleep(milliseconds * 1000) }
