import Camera
import Logging
import Model
import NIOCore
import Rules
import Store
import Synchronization

/// Looks at one print's last minutes and keeps the newest pictures until the printer says that it has finished.
final class FinishWatch: PictureViewer {
  /// So often a picture is looked at, so that one is there when the newest cannot be used; before the first, and after.
  private static let spacing = (first: Duration.seconds(1), later: Duration.seconds(10))

  private struct State {
    var newest: CameraPicture?
    /// The last that was looked at and shows something.
    var sound: CameraPicture?
    var lookedAt: ContinuousClock.Instant?
    var isFrozen = false
    var print: ArchiveID?
    var hub: CameraHub?
    var isLit = false
  }

  private let printer: PrinterID
  private let desk: CameraDesk
  private let fleet: Fleet
  private let prints: PrintRepository
  private let store: FinishPhotoStore
  private let logger: Logger
  private let state = Mutex(State())

  init(
    printer: PrinterID, desk: CameraDesk, fleet: Fleet, prints: PrintRepository, store: FinishPhotoStore,
    logger: Logger
  ) {
    self.printer = printer
    self.desk = desk
    self.fleet = fleet
    self.prints = prints
    self.store = store
    self.logger = logger
  }

  func begin(mayLight: Bool) async {
    guard let print = try? await prints.followedPrint(of: printer), let hub = try? await desk.hub(for: printer) else {
      return
    }
    let isWanted = state.withLock { state in
      state.print = print
      guard !state.isFrozen else { return false }
      state.hub = hub
      return true
    }
    guard isWanted else { return }
    if mayLight { await light() }
    hub.add(self)
  }

  func show(_ picture: CameraPicture) {
    let isDue = state.withLock { state in
      guard !state.isFrozen else { return false }
      state.newest = picture
      let spacing = state.sound == nil ? Self.spacing.first : Self.spacing.later
      guard state.lookedAt.map({ picture.arrived - $0 >= spacing }) ?? true else { return false }
      state.lookedAt = picture.arrived
      return true
    }
    // Owned by nobody: it ends with one look.
    if isDue { Task { await look(at: picture) } }
  }

  /// In the dark, or with a broken picture, the part is not seen; the light may go off before the print's end.
  private func look(at picture: CameraPicture) async {
    guard (try? await desk.worker.judged(picture.jpeg)) != nil else { return }
    state.withLock { state in
      if !state.isFrozen { state.sound = picture }
    }
  }

  func show(_ outage: CameraOutage) {}
  func ended() {}

  /// What comes from now on does not show the part where it was.
  func freeze() { state.withLock { $0.isFrozen = true } }

  /// Lets go of the camera, and of the light where we switched it on.
  func giveUp() async {
    freeze()
    let (hub, isLit) = state.withLock { state in
      defer {
        state.hub = nil
        state.isLit = false
        state.newest = nil
        state.sound = nil
      }
      return (state.hub, state.isLit)
    }
    hub?.remove(self)
    if isLit { await setLight(false) }
  }

  func conclude(isFinished: Bool) async {
    let (pictures, print) = state.withLock { state in
      ([state.newest, state.sound].compactMap(\.self), state.print)
    }
    if isFinished, let print { await keep(pictures, of: print) }
    await giveUp()
  }

  private func keep(_ pictures: [CameraPicture], of print: ArchiveID) async {
    for picture in pictures {
      do {
        try await desk.worker.judged(picture.jpeg)
        try await store.keep(picture.jpeg, of: print)
        return
      } catch let error as JPEGError {
        logger.debug("a picture is no photo of the part", metadata: ["printer": "\(printer)", "error": "\(error)"])
      } catch {
        logger.error("the photo of a finished print could not be kept", metadata: ["error": "\(error)"])
        return
      }
    }
    logger.info(
      "There is no photo of a finished print: the camera gave no picture.", metadata: ["printer": "\(printer)"])
  }

  // MARK: The light

  /// Switches the chamber light on where it is known to be off and the printer takes commands.
  private func light() async {
    guard let snapshot = fleet.view[printer], snapshot.control != .refused,
      snapshot.report?.lights.first(where: { $0.node == "chamber_light" })?.mode == "off"
    else { return }
    guard await setLight(true) else { return }
    let isLate = state.withLock { state in
      state.isLit = true
      return state.hub == nil
    }
    if isLate { await giveUp() }
  }

  @discardableResult
  private func setLight(_ isOn: Bool) async -> Bool {
    do {
      try await fleet.perform(.light(isOn: isOn), on: printer)
      return true
    } catch {
      logger.info(
        "The light could not be switched for a photo.",
        metadata: ["printer": "\(printer)", "on": "\(isOn)", "error": "\(error)"])
      return false
    }
  }
}
