/// How a simulated camera behaves, and what goes wrong with it (protocol sheet, section 5).
///
/// A change holds from the next picture on; what concerns the way in holds for the next connection.
package struct CameraSettings: Hashable, Sendable {
  /// How a header and its JPEG are written; the RTSP kind writes its packets in the same way.
  package enum Sending: String, Hashable, Sendable, CaseIterable {
    /// Header and picture in one write.
    case whole
    /// The header alone, then the picture in two halves.
    case split
    /// 4096 bytes at a time.
    case slices
    /// Every byte a TLS record of its own.
    case bytes
  }

  package enum Picture: String, Hashable, Sendable, CaseIterable {
    /// The machine at work.
    case scene
    case black
  }

  /// Pixels.
  package struct Size: Hashable, Sendable {
    package let width: Int
    package let height: Int

    /// Both are even, 32 to 8192.
    package init?(width: Int, height: Int) {
      guard (32...8192).contains(width), (32...8192).contains(height), width % 2 == 0, height % 2 == 0 else {
        return nil
      }
      self.init(known: width, height)
    }

    private init(known width: Int, _ height: Int) {
      self.width = width
      self.height = height
    }

    package static let small = Size(known: 640, 360)
    package static let standard = Size(known: 1280, 720)
    package static let fullHD = Size(known: 1920, 1080)
    package static let fourK = Size(known: 3840, 2160)
  }

  package var fault = CameraFault.none
  /// Pictures a second, above 0 and at most 120; nil is 1 for JPEG and 10 for RTSP.
  package var framesPerSecond: Double?
  /// nil is 1280x720 for JPEG and 640x360 for RTSP.
  package var size: Size?
  /// Of the JPEG, 1 to 100.
  package var quality = 75
  package var sending = Sending.whole
  package var picture = Picture.scene
  /// Clients that are served at once; nil is 1 for JPEG and 4 for RTSP.
  package var clientLimit: Int?
  /// One client more is refused; otherwise the oldest goes.
  package var refusesNewcomers = false
  /// The screen's "LAN mode liveview". Off: an RTSP port closes at once, and the report's `rtsp_url` is `disable`.
  package var isEnabled = true
  /// The report's `rtsp_url` names no port, as older firmware writes it.
  package var urlOmitsPort = false
  /// An RTSP session without a request for so long ends. Seconds; 60 is what the answers promise then.
  package var sessionSeconds = 60.0

  package init() {}
}

/// What goes wrong with a simulated camera.
package enum CameraFault: Hashable, Sendable {
  case none

  // The way in.
  /// The port is closed.
  case refuseConnections
  /// TCP is accepted and ends before any TLS.
  case closeAtOnce
  /// TCP is accepted, and nothing is ever said.
  case silent
  /// Every access code is wrong: JPEG closes without data, RTSP answers 401 for ever.
  case refuseAccessCode

  // Both kinds.
  /// The connection stands, and nothing more comes.
  case stall
  /// Half a picture, or half of one NAL unit, and then nothing more.
  case stallMidPicture
  /// The stream ends so many seconds after it began. Real seconds.
  case dropAfter(seconds: Double)
  /// JPEG: the end marker FFD9 is missing. RTSP: each picture's last packet is missing.
  case truncatedPicture
  /// Well framed noise instead of a JPEG, or instead of a NAL unit.
  case garbagePicture

  // JPEG only.
  case sizeZero
  /// A header that announces more than 10,000,000 bytes.
  case sizeTooBig
  /// Noise where a header should be.
  case garbageHeader

  // RTSP only.
  /// The first right Authorization of each connection meets 401 with another nonce and `stale=true`.
  case staleNonce
  /// Every request in a session meets 454.
  case sessionNotFound
  /// Noise between the interleaved packets.
  case garbageInterleaved
  /// All packets have one timestamp, as a P2S sends them.
  case timestampsStand
}
