package import Model
package import Rules
import Store

/// Where pairing requests wait for the button (contract, section 3).
package actor PairingDesk {
  /// What somebody who may pair gets, and what the lights count out.
  package struct Opened: Sendable {
    /// 128 random bits; whoever has it may fetch the key.
    package let id: Secret
    package let blinks: Int
    package let expiresAt: Timestamp
  }

  package struct Standing: Sendable {
    package let state: PairingWindow.State
    /// Once.
    package let key: Secret?
  }

  private let keys: KeyRing
  private let feed: EventFeed
  private let clock: any WallClock
  private let length: Duration
  private var window: PairingWindow

  package init(keys: KeyRing, feed: EventFeed, clock: any WallClock, length: Duration = .seconds(60)) {
    self.keys = keys
    self.feed = feed
    self.clock = clock
    self.length = length
    window = PairingWindow(length: length)
  }

  /// Opens a window for a request; 409 while another is open, which is cancelled as well.
  package func open(name: String) throws -> Opened {
    expire()
    let id = RandomText.base64URL(try RandomText.bytes(16))
    let blinks = Int.random(in: 2...6)
    switch window.open(id: Digest.sha256(id), name: name, blinks: blinks, now: .now) {
    case .refused(let cancelled):
      tell(.cancelled, cancelled)
      throw Fault(
        .conflict, "Another request to pair was open. Both are cancelled, as nobody could tell them apart. Try again.")
    case .opened:
      feed.publish(.pairing(PairingNotice(state: .waiting, name: name, blinks: blinks)))
      // Ends with the window; what it finds then has mostly ended before.
      Task { [length] in
        try? await Task.sleep(for: length, tolerance: .milliseconds(50))
        expire()
      }
      return Opened(
        id: Secret(id), blinks: blinks, expiresAt: clock.now.adding(seconds: Double(length.components.seconds)))
    }
  }

  /// The pairing gesture was made. Whether it let somebody in.
  package func confirm() -> Bool {
    expire()
    guard let granted = window.confirm(now: .now) else { return false }
    tell(.granted, granted)
    return true
  }

  /// How a request stands; with its key, once. nil where there is no such request.
  ///
  /// - Parameter fetches: whether the asker gets what the answer holds, which who asks for the head alone does not.
  package func standing(of id: Secret, fetches: Bool = true) async throws -> Standing? {
    expire()
    switch window.ask(Digest.sha256(id.exposed), fetches: fetches, now: .now, isEqual: Digest.areEqual) {
    case .unknown: return nil
    case .state(let state): return Standing(state: state, key: nil)
    case .delivers(let request):
      do {
        let made = try await keys.create(KeyGrant(name: request.name, permissions: [.read, .queue, .control]))
        return Standing(state: .granted, key: made.key)
      } catch {
        window.returnUnfetched(request)
        throw error
      }
    }
  }

  private func expire() {
    if let expired = window.expire(now: .now) { tell(.expired, expired) }
  }

  private func tell(_ state: PairingWindow.State, _ request: PairingWindow.Request) {
    feed.publish(.pairing(PairingNotice(state: state, name: request.name, blinks: request.blinks)))
  }
}

/// What becomes of a request to pair, for those who show it; never what would let anybody fetch the key.
package struct PairingNotice: Hashable, Sendable {
  package let state: PairingWindow.State
  package let name: String
  /// How often the lights blink while it waits.
  package let blinks: Int

  package init(state: PairingWindow.State, name: String, blinks: Int) {
    self.state = state
    self.name = name
    self.blinks = blinks
  }
}
