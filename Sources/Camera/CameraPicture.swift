package import NIOCore

/// One picture as the camera made it. Its bytes are shared by all who look: copying the value copies none of them.
package struct CameraPicture: Sendable {
  /// A complete JPEG.
  package let jpeg: ByteBuffer
  /// When its last byte came.
  package let arrived: ContinuousClock.Instant
  /// Counts up within one hub, from 1.
  package let number: UInt64

  package init(jpeg: ByteBuffer, arrived: ContinuousClock.Instant, number: UInt64) {
    self.jpeg = jpeg
    self.arrived = arrived
    self.number = number
  }
}
