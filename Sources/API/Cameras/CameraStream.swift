import Camera
import HTTPServer
import NIOCore
import Synchronization

/// One camera as a broadcast: each picture becomes a part of `multipart/x-mixed-replace` once, for all who look.
final class CameraStream: PictureViewer {
  /// Any text that no JPEG contains by chance behind two dashes and a line's end.
  static let boundary = "layerberry-picture"
  static let contentType = "multipart/x-mixed-replace; boundary=\(boundary)"

  let hub: CameraHub
  private let viewerCount = Atomic(0)
  private let shared = Mutex<Broadcast?>(nil)

  init(hub: CameraHub) { self.hub = hub }

  /// Connections that look.
  var viewers: Int { viewerCount.load(ordering: .relaxed) }

  var broadcast: Broadcast {
    shared.withLock { shared in
      if let shared { return shared }
      // The delimiter follows each picture at once: browsers show a picture when they see where it ends.
      let made = Broadcast(opening: ByteBuffer(string: "--\(Self.boundary)\r\n")) { [weak self] in self?.changed($0) }
      shared = made
      return made
    }
  }

  /// On the event loop.
  private func changed(_ count: Int) {
    let before = viewerCount.exchange(count, ordering: .relaxed)
    if before == 0, count > 0 { hub.add(self) }
    guard count == 0 else { return }
    hub.remove(self)
    // Whoever comes next is not to begin with a picture of long ago.
    broadcast.forget()
  }

  func show(_ picture: CameraPicture) { publish(picture.jpeg, isUrgent: false) }

  func show(_ outage: CameraOutage) {
    if let drawn = outage.drawn { publish(drawn.jpeg, isUrgent: true) }
  }

  /// The delimiter that stands there already becomes the last one with an empty part behind it, which would take the
  /// picture away; the end of the connection is as clear.
  func ended() { broadcast.end() }

  private func publish(_ jpeg: ByteBuffer, isUrgent: Bool) {
    var part = ByteBufferAllocator().buffer(capacity: jpeg.readableBytes + 128)
    part.writeStaticString("Content-Type: image/jpeg\r\nContent-Length: ")
    part.writeString(String(jpeg.readableBytes))
    part.writeStaticString("\r\n\r\n")
    part.writeImmutableBuffer(jpeg)
    part.writeStaticString("\r\n--layerberry-picture\r\n")
    broadcast.publish(part, isUrgent: isUrgent)
  }
}
