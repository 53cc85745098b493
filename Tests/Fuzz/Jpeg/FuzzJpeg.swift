import CJPEG

/// Any bytes as a picture: it is measured, judged and made smaller. What comes of that is a picture again, of the size
/// that was asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJpeg(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 2, let start else { return 0 }
  // Small limits keep a run quick; they are held against the same lines of code as large ones.
  let limits = layerberry_jpeg_limits(side: 1024, pixels: 300_000)
  let picture = start + 2
  let size = count - 2
  var width: UInt32 = 0
  var height: UInt32 = 0
  let measured = layerberry_jpeg_measure(picture, size, limits, &width, &height)
  if measured == LAYERBERRY_JPEG_OK {
    precondition(width > 0 && width <= limits.side && height > 0 && height <= limits.side)
  }
  var brightest: UInt32 = 0
  let judged = layerberry_jpeg_judge(picture, size, limits, &brightest)
  precondition(brightest <= 255)
  precondition(judged != LAYERBERRY_JPEG_OK || measured == LAYERBERRY_JPEG_OK)

  let wanted = UInt32(start[0]) * 4
  var made = layerberry_jpeg_data()
  let result = layerberry_jpeg_resize(
    picture, size, limits, wanted, Int32(start[1]) % 100 + 1, Int32(start[1] & 1), &made)
  guard result == LAYERBERRY_JPEG_OK else { return 0 }
  defer { layerberry_jpeg_free(made.bytes) }
  var newWidth: UInt32 = 0
  var newHeight: UInt32 = 0
  precondition(layerberry_jpeg_measure(made.bytes, made.count, limits, &newWidth, &newHeight) == LAYERBERRY_JPEG_OK)
  precondition(newWidth == (wanted == 0 ? width : min(wanted, width)))
  return 0
}
