import Camera
import Logging
import Model
import NIOCore
import Reach

/// Pictures for Home Assistant's cameras: the bytes of a JPEG at a topic of each printer
/// (Documentation/decisions/0032-home-assistant-by-mqtt.md).
extension BrokerPublisher {
  /// Bytes of a picture that go as they are; a larger one is made smaller.
  private static let plainLimit = 512 << 10
  private static let smallerWidth = 1280
  private static let largestPicture = 1 << 20

  /// Takes one picture after the other for as long as the session stands.
  func keepPictures() async {
    var isFirst = true
    while !Task.isCancelled {
      let interval = plan?.pictureInterval ?? 0
      if interval > 0 {
        let wanted = surroundings.fleet.view.all.filter { printer in
          printer.isConnected && (isFirst || printer.state.isBusy || lastPictures.contains(printer.identity.id))
        }
        for printer in wanted where !Task.isCancelled {
          lastPictures.remove(printer.identity.id)
          await publishPicture(of: printer.identity.id, printer.identity.serial)
        }
        isFirst = false
      }
      do { try await Task.sleep(for: .seconds(max(1, interval == 0 ? 60 : interval))) } catch { return }
    }
  }

  func wantLastPicture(of id: PrinterID) {
    lastPictures.insert(id)
    lastPictures.formIntersection(surroundings.fleet.view.all.map(\.identity.id))
  }

  private func publishPicture(of id: PrinterID, _ serial: SerialNumber) async {
    do {
      let bytes = try await picture(of: id)
      guard let line, line.isUp, !line.isRetiring, surroundings.fleet.view[id] != nil else { return }
      line.session.publish(bytes, to: "\(topics.printer(serial))/camera", isRetained: true)
    } catch {
      surroundings.logger.debug(
        "a camera gives no picture to publish", metadata: ["printer": "\(id)", "error": "\(error)"])
    }
  }

  private func picture(of id: PrinterID) async throws -> [UInt8] {
    let jpeg = try await surroundings.cameras.hub(for: id).picture(
      noOlderThan: .seconds(5), within: .seconds(10), isLast: true
    ).jpeg
    guard jpeg.readableBytes > Self.plainLimit else { return Array(jpeg.readableBytesView) }
    let smaller = try await surroundings.cameras.worker.resized(jpeg, width: Self.smallerWidth, quality: 80)
    guard smaller.readableBytes <= Self.largestPicture else {
      throw Fault(.payloadTooLarge, "The camera's pictures are too large to publish.")
    }
    return Array(smaller.readableBytesView)
  }
}
