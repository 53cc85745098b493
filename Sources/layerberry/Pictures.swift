import API
import Camera
import Logging
import Loop
import Model
import Service
import Store

/// The parts that have to do with cameras: live pictures, time-lapses, photos of finished prints.
struct Pictures: Sendable {
  let desk: CameraDesk
  private let streams: CameraStreams
  private let timelapses: TimelapseKeeper
  let photos: FinishPhotoKeeper
  private let view: FleetView
  private let feed: EventFeed

  init(
    fleet: Fleet, view: FleetView, feed: EventFeed, database: Database, vault: FileVault, settings: Settings,
    clock: any WallClock,
    sources: CameraSources, makeLogger: (String) -> Logger
  ) {
    self.view = view
    self.feed = feed
    let logger = makeLogger("cameras")
    desk = CameraDesk(fleet: fleet, feed: feed, clock: clock, logger: logger, sources: sources)
    streams = CameraStreams(view: view)
    timelapses = TimelapseKeeper(desk: desk, view: view, database: database, clock: clock, logger: logger) {
      settings.timelapseBounds
    }
    photos = FinishPhotoKeeper(
      desk: desk, fleet: fleet, database: database, vault: vault, clock: clock, logger: logger
    ) {
      settings.lightsForPhotos
    }
  }

  /// - Parameter rule: where an external camera may be.
  static func sources(within rule: @escaping @Sendable () -> AddressRule) -> CameraSources {
    let path = Environment.all["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return CameraSources(program: DecoderProgram.find(searchPath: path), rule: rule)
  }

  var operations: [Operation] {
    CameraRoutes(desk: desk, streams: streams, view: view).operations
      + TimelapseRoutes(keeper: timelapses, view: view).operations
  }

  func start() async {
    await desk.start()
    await timelapses.start(feed)
    photos.start(feed)
  }

  func stop() async {
    await photos.stop()
    await timelapses.stop()
    await desk.stop()
  }
}
