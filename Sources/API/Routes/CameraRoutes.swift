import Camera
import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Rules
package import Service

/// A printer's camera: live, as one picture, and how it stands (contract, section 5, "Camera").
package struct CameraRoutes: Sendable {
  /// For a camera that has to be woken: a printer's own may take this long to its first picture.
  private static let patience = Duration.seconds(15)
  private static let freshness = Duration.seconds(1)
  private static let usualQuality = 80

  private let desk: CameraDesk
  private let streams: CameraStreams
  private let view: FleetView

  package init(desk: CameraDesk, streams: CameraStreams, view: FleetView) {
    self.desk = desk
    self.streams = streams
    self.view = view
  }

  package var operations: [Operation] { [stream, snapshot, stop, state] }

  private static let fps = Parameter<Int>.integer(
    "fps", 1...30, "Pictures a second at most; every picture of the camera when left out.")
  private static let width = Parameter<Int>.integer(
    "width", 16...Int64(JPEGPicture.longestSide),
    "Pixels, from 16 to the picture's own width; the height follows. The camera's own bytes when left out.")
  private static let quality = Parameter<Int>.integer(
    "quality", 1...100, "Of the picture that is made: 1 is small, 100 is good; 80 when only the width is given.")

  private var stream: Operation {
    Operation(
      .get, "/printers/{id}/camera/stream", id: "stream_camera", topic: .cameras, summary: "Watch a camera",
      details: """
        A picture after the other as `multipart/x-mixed-replace`, which an `<img>` shows; a browser may give the key as \
        ?api_key=. However many look, the camera is connected once. While there is none, a picture in words says why.
        """, access: .permission(.read), rate: .read, parameters: [printerIDParameter.declared, Self.fps.declared],
      answer: .document("multipart/x-mixed-replace"), errors: [.printerNotFound, .cameraUnavailable]
    ) { call in
      let id = try call.printer(in: view).identity.id
      let fps = try call.query(Self.fps)
      let stream = streams.stream(of: id, from: try await desk.hub(for: id))
      let interval = fps.map { TimeAmount.nanoseconds(1_000_000_000 / Int64($0)) }
      return .picture(
        HTTPReply(
          status: 200, headers: Self.headers(CameraStream.contentType),
          body: .broadcast(BroadcastTicket(stream.broadcast, minimumInterval: interval ?? .zero))))
    }
  }

  private var snapshot: Operation {
    Operation(
      .get, "/printers/{id}/camera/snapshot", id: "get_camera_snapshot", topic: .cameras,
      summary: "Get a picture of a camera",
      details: """
        A picture that is whole and not black, under a second old or as new as the camera gives it. Without parameters \
        these are the camera's own bytes.
        """, access: .permission(.read), rate: .read,
      parameters: [printerIDParameter.declared, Self.width.declared, Self.quality.declared],
      answer: .document("image/jpeg"), errors: [.printerNotFound, .cameraUnavailable, .serviceUnavailable]
    ) { call in
      let printer = try call.printer(in: view)
      let width = try call.query(Self.width)
      let quality = try call.query(Self.quality)
      // Nothing to wait for.
      guard !printer.isCameraSwitchedOff else { throw CameraError.noPicture(.switchedOff).fault }
      let jpeg = try await picture(of: printer.identity.id, width: width, quality: quality)
      return .picture(HTTPReply(status: 200, headers: Self.headers("image/jpeg"), body: .bytes(jpeg)))
    }
  }

  private var stop: Operation {
    .action(
      .post, "/printers/{id}/camera/stop", id: "stop_camera", topic: .cameras, summary: "End all streams of a camera",
      details: "The camera itself is let go of as well.", access: .permission(.control), rate: .control,
      parameters: [printerIDParameter.declared], errors: [.printerNotFound]
    ) { call in
      let id = try call.printer(in: view).identity.id
      let viewers = streams.viewers(of: id)
      await desk.knownHub(for: id)?.stopViewers()
      return StoppedStreamsView(count: viewers)
    }
  }

  private var state: Operation {
    .get(
      "/printers/{id}/camera", id: "get_camera", topic: .cameras, summary: "How a camera stands",
      access: .permission(.read), parameters: [printerIDParameter.declared], errors: [.printerNotFound]
    ) { call in
      let printer = try call.printer(in: view)
      let id = printer.identity.id
      return CameraStateView(
        printer: printer, status: await desk.knownHub(for: id)?.status(), viewers: streams.viewers(of: id))
    }
  }

  private func picture(of id: PrinterID, width: Int?, quality: Int?) async throws -> ByteBuffer {
    let hub = try await desk.hub(for: id)
    let picture: CameraPicture
    do throws(CameraError) {
      picture = try await hub.picture(noOlderThan: Self.freshness, within: Self.patience)
    } catch {
      throw error.fault
    }
    guard width != nil || quality != nil else { return picture.jpeg }
    do {
      let own = try JPEGPicture(picture.jpeg).measure().width
      if let width, width > own {
        throw Fault(InvalidValue("width", "must be a whole number from 16 to \(own), the picture's own width"))
      }
      return try await desk.worker.resized(picture.jpeg, width: width, quality: quality ?? Self.usualQuality)
    } catch let error as JPEGError {
      throw error == .busy ? CameraError.busy.fault : CameraError.noPicture(error.problem).fault
    }
  }

  private static func headers(_ type: String) -> HTTPHeaders {
    HTTPHeaders([("Content-Type", type), ("Cache-Control", "no-store")])
  }
}
