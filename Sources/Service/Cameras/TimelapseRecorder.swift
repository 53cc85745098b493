import Camera
import Glibc
import Logging
import Model
import NIOCore
import Rules
import Store
import Synchronization

/// Films one printer's print: a frame for a layer, written as it goes. The one who writes for this printer.
///
/// Steps wait in a short queue: of layers only the newest, as a frame can be of no earlier one.
actor TimelapseRecorder {
  enum Step: Sendable {
    case layer(Int, of: Int?)
    case end
  }

  private struct Film {
    let id: TimelapseID
    let print: ArchiveID
    let file: TimelapseFile
    var lastLayer: Int?
    var lastTaken: ContinuousClock.Instant?
  }

  /// Bytes of the disk that are never taken: the database needs room.
  private static let reserve: UInt64 = 64 << 20
  private static let freshness = Duration.seconds(2)
  private static let patience = Duration.seconds(15)
  /// Films of one print: another begins where the picture's size changes.
  private static let filmsOfPrint = 4

  private let printer: PrinterID
  private let house: TimelapseHouse
  private var film: Film?
  /// The print of which no more is filmed.
  private var finished: ArchiveID?
  private nonisolated let queue = Mutex<(steps: [Step], isWorking: Bool)>(([], false))

  init(printer: PrinterID, house: TimelapseHouse) {
    self.printer = printer
    self.house = house
  }

  /// From any thread, in order.
  nonisolated func tell(_ step: Step) {
    let mustStart = queue.withLock { queue in
      if case .layer? = queue.steps.last, case .layer = step { queue.steps.removeLast() }
      queue.steps.append(step)
      defer { queue.isWorking = true }
      return !queue.isWorking
    }
    // Lives while something waits.
    if mustStart { Task { await work() } }
  }

  /// What is being filmed stays as it is, to be taken up by the next start.
  func stop() { film = nil }

  func isRecording(_ id: TimelapseID) -> Bool { film?.id == id }

  private func work() async {
    while let step = next() {
      switch step {
      case .layer(let layer, let total): await take(layer, of: total)
      case .end: await end(reason: nil)
      }
    }
  }

  private nonisolated func next() -> Step? {
    queue.withLock { queue in
      guard !queue.steps.isEmpty else {
        queue.isWorking = false
        return nil
      }
      return queue.steps.removeFirst()
    }
  }

  private func take(_ layer: Int, of total: Int?) async {
    let bounds = house.bounds()
    guard bounds.isOn else { return await end(reason: "it was switched off") }
    do {
      guard let print = try await house.prints.followedPrint(of: printer), print != finished else { return }
      if let film, film.print != print { await end(reason: nil) }
      if film == nil { try await takeUp(print) }
      if let film, let last = film.lastLayer {
        let step = bounds.step(
          left: total.map { $0 - layer + 1 }, taken: (film.file.frames, Int64(film.file.bytes)))
        // A lower layer is another part of the print, or the printer's memory; it is as good as a higher one.
        guard layer >= last + step || layer < last else { return }
      }
      let interval = film?.lastTaken.map { $0.duration(to: .now) }
      let picture = try await house.desk.hub(for: printer).picture(
        noOlderThan: Self.freshness, within: Self.patience, isLast: TimelapseBounds.letsGo(after: interval))
      try await write(picture, layer, print, bounds)
    } catch let failure as TimelapseFailure {
      await broken(failure)
    } catch {
      // The camera is away: the film goes on with the next layer.
      house.logger.debug("a layer was not filmed", metadata: ["printer": "\(printer)", "error": "\(error)"])
    }
  }

  private func write(_ picture: CameraPicture, _ layer: Int, _ print: ArchiveID, _ bounds: TimelapseBounds) async throws
  {
    let count = picture.jpeg.readableBytes
    guard hasSpace(for: count) else { throw TimelapseFailure.diskFull }
    if let film {
      guard film.file.frames < bounds.frames, Int64(film.file.bytes + count) <= bounds.bytes else {
        throw TimelapseFailure.full
      }
      do throws(TimelapseFailure) {
        try film.file.append(picture.jpeg)
      } catch {
        guard error == .unfitting, try await house.films.count(of: print) < Self.filmsOfPrint else { throw error }
        await close(film, reason: "the camera's picture has another size now")
        try await begin(print, picture, layer)
        return
      }
      self.film?.lastLayer = layer
      self.film?.lastTaken = picture.arrived
      house.note(film.id, film.file)
    } else {
      try await begin(print, picture, layer)
    }
  }

  private func begin(_ print: ArchiveID, _ picture: CameraPicture, _ layer: Int) async throws {
    film = nil
    guard
      let id = try await house.films.begin(
        printer: printer, print: print, taskName: house.view[printer]?.print?.taskName, now: house.clock.now)
    else { return }
    do throws(TimelapseFailure) {
      let file = try TimelapseFile.begin(house.path(of: id), with: picture.jpeg)
      film = Film(id: id, print: print, file: file, lastLayer: layer, lastTaken: picture.arrived)
      house.note(id, file)
    } catch {
      _ = try await house.films.delete(id)
      throw error
    }
  }

  /// After a restart in the middle of a print, what was filmed before it goes on.
  private func takeUp(_ print: ArchiveID) async throws {
    guard let known = try await house.films.recording(of: print) else { return }
    do throws(TimelapseFailure) {
      let file = try TimelapseFile.takeUp(house.path(of: known.id))
      film = Film(id: known.id, print: print, file: file, lastLayer: nil)
      house.note(known.id, file)
    } catch {
      await house.discard(known.id)
    }
  }

  private func broken(_ failure: TimelapseFailure) async {
    let reason =
      switch failure {
      case .full: "it has reached its bounds"
      case .diskFull: "the disk is full"
      case .unfitting: "the camera's picture changes its size"
      case .unusable, .disk: "the file could not be written"
      }
    house.logger.notice(
      "A time-lapse ends before its print.", metadata: ["printer": "\(printer)", "reason": "\(reason)"])
    finished = film?.print
    await end(reason: reason)
  }

  private func end(reason: String?) async {
    if let film {
      self.film = nil
      return await close(film, reason: reason)
    }
    // The print may have ended while the service was away.
    guard let left = try? await house.films.all(of: printer).filter(\.isRecording) else { return }
    for film in left { await house.closeLeft(film.id, reason: reason) }
  }

  private func close(_ film: Film, reason: String?) async {
    let frames = house.finish(film.file, of: film.id)
    await house.close(film.id, frames: frames, reason: reason)
  }

  private func hasSpace(for count: Int) -> Bool {
    var figures = statvfs()
    guard statvfs(house.folder, &figures) == 0 else { return true }
    let free = UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize))
    return free.overflow || free.partialValue >= Self.reserve + UInt64(count)
  }
}
