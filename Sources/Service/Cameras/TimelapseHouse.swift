import Camera
import Glibc
import Logging
import Model
import Store
import Synchronization

/// What all recorders share: where the films are, and what is known of them.
final class TimelapseHouse: Sendable {
  let desk: CameraDesk
  let view: FleetView
  let prints: PrintRepository
  let films: TimelapseRepository
  let folder: String
  let clock: any WallClock
  let logger: Logger
  let bounds: @Sendable () -> TimelapseBounds
  /// Frames and bytes of what is being recorded.
  private let live = Mutex<[TimelapseID: (frames: Int, bytes: Int64)]>([:])

  init(
    desk: CameraDesk, view: FleetView, database: Database, clock: any WallClock, logger: Logger,
    bounds: @escaping @Sendable () -> TimelapseBounds
  ) {
    self.desk = desk
    self.view = view
    prints = PrintRepository(database)
    films = TimelapseRepository(database)
    folder = database.folder.timelapses
    self.clock = clock
    self.logger = logger
    self.bounds = bounds
  }

  func path(of id: TimelapseID) -> String { "\(folder)/\(id).avi" }

  func note(_ id: TimelapseID, _ file: TimelapseFile) {
    live.withLock { $0[id] = (file.frames, Int64(file.bytes)) }
  }

  func figures(of id: TimelapseID) -> (frames: Int, bytes: Int64)? { live.withLock { $0[id] } }

  /// Makes the file whole; its frames.
  func finish(_ file: TimelapseFile, of id: TimelapseID) -> Int {
    do throws(TimelapseFailure) { try file.finish() } catch {
      // Without its index it plays as well.
      logger.error("a time-lapse could not be finished", metadata: ["timelapse": "\(id)", "error": "\(error)"])
    }
    return file.frames
  }

  /// The film is whole now; then there may be too many of them.
  func close(_ id: TimelapseID, frames: Int, reason: String?) async {
    var facts = stat()
    let bytes = stat(path(of: id), &facts) == 0 ? Int64(facts.st_size) : 0
    do {
      try await films.end(id, frames: frames, bytes: bytes, reason: reason, now: clock.now)
      live.withLock { _ = $0.removeValue(forKey: id) }
      try await makeRoom()
    } catch {
      logger.error("a time-lapse could not be noted", metadata: ["timelapse": "\(id)", "error": "\(error)"])
    }
  }

  /// Makes whole what was left in the middle, where a frame of it is there.
  func closeLeft(_ id: TimelapseID, reason: String?) async {
    let file = try? TimelapseFile.takeUp(path(of: id))
    guard let frames = file.map({ finish($0, of: id) }) else {
      await discard(id)
      return
    }
    await close(id, frames: frames, reason: reason)
  }

  /// Row and file go; answers whether there was a row.
  @discardableResult
  func discard(_ id: TimelapseID) async -> Bool {
    live.withLock { _ = $0.removeValue(forKey: id) }
    let wasThere = (try? await films.delete(id)) ?? false
    unlink(path(of: id))
    return wasThere
  }

  /// The oldest films go until the rest has room.
  private func makeRoom() async throws {
    let limit = bounds().keptBytes
    var total: Int64 = 0
    for film in try await films.all() where !film.isRecording {
      total += film.bytes
      guard total > limit else { continue }
      logger.notice(
        "An old time-lapse was removed: all of them together are larger than camera.timelapse_keep_bytes.",
        metadata: ["timelapse": "\(film.id)", "printer": "\(film.printerName)", "bytes": "\(film.bytes)"])
      await discard(film.id)
    }
  }

  /// At the start: what a crash has left is whole again, and what belongs to nothing goes. A film whose print is still
  /// being followed waits for its next layer.
  func tidy(followed: Set<ArchiveID>) async throws {
    let known = try await films.all()
    let names = Set(known.map { "\($0.id).avi" })
    for name in FolderNames.all(in: folder) where !names.contains(name) { unlink("\(folder)/\(name)") }
    for film in known {
      guard access(path(of: film.id), F_OK) == 0 else {
        await discard(film.id)
        continue
      }
      guard film.isRecording, film.printID.map({ !followed.contains($0) }) ?? true else { continue }
      await closeLeft(film.id, reason: "the service was not running")
    }
  }
}
