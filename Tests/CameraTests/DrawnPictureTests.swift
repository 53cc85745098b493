import CJPEG
import Camera
import NIOCore
import TestKit
import Testing

/// "No picture since …" and why, in place of a broken image.
@Suite(.timeLimit(.minutes(3))) struct DrawnPictureTests {
  /// The brightest pixel at an eighth of the size; -1 where it cannot be decoded.
  static func brightest(_ jpeg: ByteBuffer) -> Int {
    var brightest: UInt32 = 0
    let result = jpeg.withUnsafeReadableBytes { bytes in
      layerberry_jpeg_judge(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
        layerberry_jpeg_limits(side: 8192, pixels: 40_000_000), &brightest)
    }
    return result == LAYERBERRY_JPEG_OK ? Int(brightest) : -1
  }

  @Test func withoutAnyPictureItHasTheUsualSize() async throws {
    try await Scene.play { _ in
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.refused)
      let drawn = try #require(watcher.outages.first?.drawn)
      #expect(try JPEGPicture(drawn.jpeg).measure() == PictureSize(width: 640, height: 360))
      #expect(Self.brightest(drawn.jpeg) > 80)
      #expect(watcher.outages.first?.lastPicture == nil)
    }
  }

  @Test(arguments: [(160, 120), (1280, 720), (1920, 1080), (37, 21)])
  func afterPicturesItHasTheirSize(_ width: Int, _ height: Int) async throws {
    let picture = Drawing.picture(width: width, height: height)
    try await Scene.play { client in
      if client.number == 1 { client.send(frame: picture) }
      client.waitForEnd()
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.stalled)
      let drawn = try #require(watcher.outages.first?.drawn)
      #expect(try JPEGPicture(drawn.jpeg).measure() == PictureSize(width: width, height: height))
      #expect(Self.brightest(drawn.jpeg) > 50)
      #expect(watcher.outages.first?.lastPicture != nil)
    }
  }

  @Test func thoseWhoComeLaterSeeTheSame() async throws {
    try await Scene.play { _ in
    } _: { scene in
      let first = Watcher()
      scene.hub.add(first)
      try await first.hears(.refused)
      let second = Watcher()
      scene.hub.add(second)
      try await second.hears(.refused)
      #expect(first.outages.first?.drawn?.jpeg == second.outages.first?.drawn?.jpeg)
      #expect(first.outages.count == 1)
    }
  }
}
