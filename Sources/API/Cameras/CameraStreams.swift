import Camera
import Model
package import Service
import Synchronization

/// The live pictures of all cameras that somebody looks at or has looked at.
package final class CameraStreams: Sendable {
  private let view: FleetView
  private let streams = Mutex<[PrinterID: CameraStream]>([:])

  package init(view: FleetView) { self.view = view }

  func stream(of id: PrinterID, from hub: CameraHub) -> CameraStream {
    let printers = Set(view.all.map(\.identity.id))
    return streams.withLock { streams in
      if let known = streams[id], known.hub === hub { return known }
      streams = streams.filter { printers.contains($0.key) }
      let made = CameraStream(hub: hub)
      streams[id] = made
      return made
    }
  }

  /// Connections that look at this printer's camera.
  func viewers(of id: PrinterID) -> Int { streams.withLock { $0[id]?.viewers ?? 0 } }
}
