import Glibc

/// Writes pictures as H.264 (ITU-T H.264, constrained baseline): blocks that changed go out as they are (I_PCM), all
/// others are skipped. That takes no transform and no search, any decoder reads it, and a group's first picture is as
/// large as a real camera's (Documentation/decisions/0008-simulated-video.md).
struct VideoWriter {
  let size: CameraSettings.Size
  let framesPerSecond: Double
  /// Pictures from one that stands alone to the next.
  let groupLength: Int
  private let columns: Int
  private let rows: Int
  private var previous: Canvas?
  private var indexInGroup = 0
  private var groups = 0

  /// - Parameter groupSeconds: the time from one picture that stands alone to the next.
  init(size: CameraSettings.Size, framesPerSecond: Double, groupSeconds: Double = 2) {
    self.size = size
    self.framesPerSecond = framesPerSecond
    groupLength = max(Int((framesPerSecond * groupSeconds).rounded()), 1)
    columns = (size.width + 15) / 16
    rows = (size.height + 15) / 16
  }

  // MARK: Parameter sets

  var sequenceParameters: [UInt8] {
    var writer = BitWriter(header: 0x67)
    writer.bits(profile[0], 8)
    writer.bits(profile[1], 8)
    writer.bits(profile[2], 8)
    writer.ue(0)  // seq_parameter_set_id
    writer.ue(4)  // log2_max_frame_num_minus4
    writer.ue(2)  // pic_order_cnt_type: as decoded
    writer.ue(1)  // max_num_ref_frames
    writer.flag(false)  // gaps_in_frame_num
    writer.ue(columns - 1)
    writer.ue(rows - 1)
    writer.flag(true)  // frame_mbs_only
    writer.flag(true)  // direct_8x8_inference
    let crop = (right: (columns * 16 - size.width) / 2, bottom: (rows * 16 - size.height) / 2)
    writer.flag(crop != (0, 0))
    if crop != (0, 0) { for part in [0, crop.right, 0, crop.bottom] { writer.ue(part) } }
    writer.flag(true)  // VUI
    for _ in 0..<4 { writer.flag(false) }  // aspect ratio, overscan, signal type, chroma place
    writer.flag(true)  // timing: two ticks a picture
    writer.bits(1000, 32)
    writer.bits(Int((framesPerSecond * 2000).rounded()), 32)
    writer.flag(true)
    for _ in 0..<3 { writer.flag(false) }  // NAL HRD, VCL HRD, picture structure
    writer.flag(true)  // restrictions: nothing is reordered, so a decoder need not wait
    writer.flag(true)
    for number in [0, 0, 10, 10, 0, 1] { writer.ue(number) }
    writer.trail()
    return writer.bytes
  }

  var pictureParameters: [UInt8] {
    var writer = BitWriter(header: 0x68)
    writer.ue(0)  // pic_parameter_set_id
    writer.ue(0)  // seq_parameter_set_id
    writer.flag(false)  // CAVLC
    writer.flag(false)
    for _ in 0..<3 { writer.ue(0) }  // slice groups, references in both lists
    writer.flag(false)
    writer.bits(0, 2)
    for _ in 0..<3 { writer.seZero() }  // QP, QS, chroma QP
    writer.flag(true)  // the deblocking filter can be off
    writer.flag(false)
    writer.flag(false)
    writer.trail()
    return writer.bytes
  }

  /// profile_idc, constraints and level_idc, as `profile-level-id` names them.
  var profile: [Int] { [66, 0xC0, columns * rows <= 8192 ? 40 : 51] }

  // MARK: Pictures

  /// Whether the next picture stands alone.
  var beginsGroup: Bool { indexInGroup == 0 }

  /// The next picture begins a group whatever its turn.
  mutating func restart() { indexInGroup = 0 }

  /// One NAL unit with the whole picture.
  mutating func write(_ canvas: Canvas) -> [UInt8] {
    let isWhole = beginsGroup
    var writer = BitWriter(header: isWhole ? 0x65 : 0x41)
    if isWhole { writer.reserve(columns * rows * 390) }
    writeHeader(&writer, isWhole: isWhole)
    var skipped = 0
    for row in 0..<rows {
      for column in 0..<columns {
        if !isWhole {
          guard let previous, Self.differs(canvas, previous, column, row) else {
            skipped += 1
            continue
          }
          writer.ue(skipped)
          skipped = 0
        }
        writer.ue(isWhole ? 25 : 30)  // I_PCM
        writer.align()
        Self.writeSamples(canvas, column, row, &writer)
      }
    }
    if skipped > 0 { writer.ue(skipped) }
    writer.trail()
    if isWhole { groups += 1 }
    previous = canvas
    indexInGroup = (indexInGroup + 1) % groupLength
    return writer.bytes
  }

  private func writeHeader(_ writer: inout BitWriter, isWhole: Bool) {
    writer.ue(0)  // first_mb_in_slice
    writer.ue(isWhole ? 7 : 5)  // slice_type
    writer.ue(0)  // pic_parameter_set_id
    writer.bits(indexInGroup % 256, 8)  // frame_num
    if isWhole {
      writer.ue(groups % 2)  // idr_pic_id
      writer.flag(false)
      writer.flag(false)
    } else {
      writer.flag(false)  // num_ref_idx_active_override
      writer.flag(false)  // ref_pic_list_modification
      writer.flag(false)  // adaptive_ref_pic_marking
    }
    writer.seZero()  // slice_qp_delta
    writer.ue(1)  // no deblocking
  }

  // MARK: Blocks of 16 by 16

  private static func differs(_ canvas: Canvas, _ other: Canvas, _ column: Int, _ row: Int) -> Bool {
    let (width, height) = (canvas.width, canvas.height)
    return planesDiffer(canvas.luma, other.luma, width, height, left: column * 16, top: row * 16, side: 16)
      || planesDiffer(canvas.u, other.u, width / 2, height / 2, left: column * 8, top: row * 8, side: 8)
      || planesDiffer(canvas.v, other.v, width / 2, height / 2, left: column * 8, top: row * 8, side: 8)
  }

  private static func planesDiffer(
    _ new: [UInt8], _ old: [UInt8], _ width: Int, _ height: Int, left: Int, top: Int, side: Int
  ) -> Bool {
    new.withUnsafeBytes { new in
      old.withUnsafeBytes { old in rowsDiffer(new, old, width, height, left: left, top: top, side: side) }
    }
  }

  private static func rowsDiffer(
    _ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer, _ width: Int, _ height: Int, left: Int, top: Int,
    side: Int
  ) -> Bool {
    guard let new = new.baseAddress, let old = old.baseAddress else { return true }
    let count = min(side, width - left)
    for row in top..<min(top + side, height) {
      let place = row * width + left
      if memcmp(new + place, old + place, count) != 0 { return true }
    }
    return false
  }

  private static func writeSamples(_ canvas: Canvas, _ column: Int, _ row: Int, _ writer: inout BitWriter) {
    let (width, height) = (canvas.width, canvas.height)
    writePlane(canvas.luma, width, height, left: column * 16, top: row * 16, side: 16, &writer)
    writePlane(canvas.u, width / 2, height / 2, left: column * 8, top: row * 8, side: 8, &writer)
    writePlane(canvas.v, width / 2, height / 2, left: column * 8, top: row * 8, side: 8, &writer)
  }

  /// Beyond the picture's edge its last row and column go on.
  private static func writePlane(
    _ plane: [UInt8], _ width: Int, _ height: Int, left: Int, top: Int, side: Int, _ writer: inout BitWriter
  ) {
    let count = min(side, width - left)
    let filler = [UInt8](repeating: 128, count: side - count)
    plane.withUnsafeBytes { bytes in
      for row in top..<(top + side) {
        let begin = min(row, height - 1) * width + left
        writer.samples(UnsafeRawBufferPointer(rebasing: bytes[begin..<(begin + count)]))
        if count < side { filler.withUnsafeBytes { writer.samples($0) } }
      }
    }
  }
}
