/// Draws a print in progress: a bed, a part that grows with the percent, a head that moves over it, and in words what
/// and how far. All places are in a picture of 1280 by 720 and scaled from there.
struct ScenePainter {
  private let size: CameraSettings.Size
  /// What never changes, drawn once for each light.
  private var backdrops: [Bool: Canvas] = [:]

  private static let bedTop = 540
  private static let bedBottom = 660
  private static let foot = 600
  private static let tallest = 330
  private static let middle = 640

  init(size: CameraSettings.Size) { self.size = size }

  mutating func paint(_ scene: CameraScene, _ stamp: PictureStamp) -> Canvas {
    var canvas = backdrop(isLit: scene.isLit)
    let dim = scene.isLit ? 0 : -60
    let top = Self.foot - Self.tallest * min(max(scene.percent, 0), 100) / 100
    paintPart(on: &canvas, scene, top: top, dim: dim)
    paintHead(on: &canvas, scene, stamp, above: top, dim: dim)
    paintWords(on: &canvas, scene, stamp)
    return canvas
  }

  // MARK: Parts of the picture

  private mutating func backdrop(isLit: Bool) -> Canvas {
    if let known = backdrops[isLit] { return known }
    var canvas = Canvas(width: size.width, height: size.height)
    let dim = isLit ? 0 : -60
    for band in 0..<18 {
      fill(&canvas, 0, band * 40, 1280, 40, PictureColor(y: 84, u: 131, v: 126).lit(by: dim - band * 2))
    }
    fill(&canvas, 120, 24, 1040, 14, isLit ? .white : PictureColor(y: 50))
    for row in Self.bedTop..<Self.bedBottom {
      let half = 330 + (row - Self.bedTop)
      let isLine = (row - Self.bedTop) % 24 < 2
      fill(
        &canvas, Self.middle - half, row, 2 * half, 1,
        PictureColor(y: isLine ? 96 : 62, u: 126, v: 132).lit(by: dim / 2))
    }
    backdrops[isLit] = canvas
    return canvas
  }

  /// A vase: its outline follows from the height alone, so that it grows without changing what is there.
  private func paintPart(on canvas: inout Canvas, _ scene: CameraScene, top: Int, dim: Int) {
    var row = Self.foot
    while row > top {
      let height = Self.foot - row
      let wave = abs(height % 160 - 80)
      let half = 70 + wave
      let color = scene.filament.lit(by: dim + (height / 6 % 2 == 0 ? 12 : 0))
      fill(&canvas, Self.middle - half, row - 6, 2 * half, 6, color)
      fill(&canvas, Self.middle - half, row - 6, half / 2, 6, color.lit(by: -24))
      row -= 6
    }
  }

  private func paintHead(
    on canvas: inout Canvas, _ scene: CameraScene, _ stamp: PictureStamp, above top: Int, dim: Int
  ) {
    var center = 180
    var tip = 220
    if scene.isMoving {
      // There and back in four seconds.
      let phase = stamp.seconds / 4 - (stamp.seconds / 4).rounded(.down)
      center = Self.middle - 150 + Int(300 * (phase < 0.5 ? 2 * phase : 2 - 2 * phase))
      tip = top - 4
    }
    fill(&canvas, 60, tip - 120, 1160, 12, PictureColor(y: 120).lit(by: dim))
    fill(&canvas, center - 60, tip - 150, 120, 110, PictureColor(y: 40).lit(by: dim))
    fill(&canvas, center - 44, tip - 134, 88, 10, PictureColor(red: 0, green: 174, blue: 66).lit(by: dim))
    for step in 0..<4 {
      fill(&canvas, center - 20 + 4 * step, tip - 40 + 10 * step, 40 - 8 * step, 10, PictureColor(y: 150).lit(by: dim))
    }
  }

  private func paintWords(on canvas: inout Canvas, _ scene: CameraScene, _ stamp: PictureStamp) {
    write(&canvas, scene.name, 40, 60, 5)
    write(&canvas, scene.state, 40, 110, 4)
    if scene.layers > 0 {
      write(&canvas, "LAYER \(scene.layer)/\(scene.layers)", 40, 150, 4)
      write(&canvas, "\(scene.percent) %", 40, 190, 4)
      fill(&canvas, 40, 230, 240, 12, PictureColor(y: 40))
      fill(&canvas, 40, 230, 240 * min(max(scene.percent, 0), 100) / 100, 12, scene.filament)
    }
    write(&canvas, "#\(stamp.number)", 40, 676, 4)
    let tenths = Int(stamp.daySeconds * 10)
    let clock = [tenths / 36_000 % 24, tenths / 600 % 60, tenths / 10 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    write(&canvas, clock.joined(separator: ":") + ".\(tenths % 10)", 1000, 676, 4)
  }

  // MARK: Scaling

  private func fill(_ canvas: inout Canvas, _ x: Int, _ y: Int, _ width: Int, _ height: Int, _ color: PictureColor) {
    let left = x * size.width / 1280
    let top = y * size.height / 720
    canvas.fill(
      x: left, y: top, width: (x + width) * size.width / 1280 - left, height: (y + height) * size.height / 720 - top,
      color)
  }

  private func write(_ canvas: inout Canvas, _ text: String, _ x: Int, _ y: Int, _ scale: Int) {
    canvas.write(
      text, x: x * size.width / 1280, y: y * size.height / 720, scale: max(scale * size.height / 720, 1), .white)
  }
}
