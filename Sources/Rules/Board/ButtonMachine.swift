/// Reads gestures out of what a button's line does.
///
/// Edges only say that something happened; what counts is the level that stays for the debounce time, which the caller
/// reads and brings. So bounces, edges that got lost and edges that came twice make no difference, only levels do.
/// Everything is decided when the button is let go, so that a button that is stuck never does anything.
package struct ButtonMachine: Sendable {
  package typealias Instant = ContinuousClock.Instant

  /// How far a press has gone, for the light that confirms it.
  package enum Phase: Hashable, Sendable {
    case up, pressed, long, longer
    /// To the end of the very long press; 5 to 1.
    case countdown(secondsLeft: Int)
    case veryLong
    /// Held for longer than anybody would, or since before the service started.
    case stuck
  }

  package enum Times {
    /// Between two short presses that belong together.
    package static let gap = Duration.milliseconds(400)
    package static let long = Duration.seconds(2)
    package static let longer = Duration.seconds(5)
    package static let countdown = Duration.seconds(10)
    package static let veryLong = Duration.seconds(15)
    package static let stuck = Duration.seconds(30)
  }

  private enum State: Hashable, Sendable {
    case up
    case down(since: Instant)
    case stuck
  }

  private let debounce: Duration
  package let gestures: Set<ButtonGesture>
  private var state: State
  private var taps = 0
  private var lastRelease: Instant?
  /// The line shows another level than counts: since when, and when that was noticed.
  private var changing: (since: Instant, noticed: Instant)?
  /// The line was last seen at the level that counts.
  private var confirmed: Instant
  private var now: Instant

  /// - Parameters:
  ///   - gestures: those that mean something; a button with `short` alone acts when it is pressed.
  ///   - isDown: how the line stands as the service starts; a button that is down then is stuck until it comes up.
  package init(debounce: Duration, gestures: Set<ButtonGesture>, isDown: Bool, now: Instant) {
    self.debounce = debounce
    self.gestures = gestures
    state = isDown ? .stuck : .up
    self.now = now
    confirmed = now
  }

  package var isDown: Bool { state != .up }

  package var phase: Phase {
    switch state {
    case .up: return .up
    case .stuck: return .stuck
    case .down(let since):
      let held = now - since
      if held < Times.long { return .pressed }
      if held < Times.longer { return .long }
      if held < Times.countdown { return .longer }
      if held >= Times.veryLong { return .veryLong }
      let left = (Times.veryLong - held).components
      return .countdown(secondsLeft: Int(left.seconds) + (left.attoseconds > 0 ? 1 : 0))
    }
  }

  /// When the level must be read and brought again; nil is at the next edge.
  package var deadline: Instant? {
    [changing?.noticed.advanced(by: debounce), holdDeadline, changing == nil ? gapDeadline : nil].compactMap { $0 }
      .min()
  }

  private var holdDeadline: Instant? {
    guard case .down(let since) = state else { return nil }
    let held = now - since
    let marks = [Times.long, Times.longer, Times.countdown] + (1...20).map { Times.countdown + .seconds($0) }
    return marks.first { $0 > held }.map { since.advanced(by: $0) }
  }

  private var gapDeadline: Instant? {
    state == .up && taps > 0 ? lastRelease.map { $0.advanced(by: Times.gap) } : nil
  }

  /// Takes the level of the line, at an edge or at the deadline.
  ///
  /// - Parameters:
  ///   - isEdge: the line has just changed. A change that is found without an edge happened at an unknown moment after
  ///     the last look, and counts from there: a press never seems longer than it was.
  ///   - time: earlier times than before count as the same.
  /// - Returns: what was made of it; nil while nothing is.
  package mutating func take(isDown level: Bool, isEdge: Bool, at time: Instant) -> ButtonGesture? {
    now = max(now, time)
    var gesture = endOfGap()
    if level == isDown {
      changing = nil
      confirmed = now
    } else if let (since, noticed) = changing, now - noticed >= debounce {
      changing = nil
      confirmed = now
      gesture = (level ? press(at: since) : release(at: since)) ?? gesture
    } else if changing == nil {
      changing = (isEdge || level ? now : confirmed, now)
      if debounce == .zero { return take(isDown: level, isEdge: isEdge, at: now) ?? gesture }
    }
    if case .down(let since) = state, now - since >= Times.stuck {
      state = .stuck
      taps = 0
    }
    return gesture
  }

  /// The gestures begin to mean something else. A press that goes on then means nothing any more; where nothing changes
  /// it goes on.
  package func recognizing(_ gestures: Set<ButtonGesture>) -> ButtonMachine {
    guard gestures != self.gestures else { return self }
    return ButtonMachine(debounce: debounce, gestures: gestures, isDown: isDown, now: now)
  }

  private mutating func press(at time: Instant) -> ButtonGesture? {
    state = .down(since: time)
    return gestures == [.short] ? .short : nil
  }

  private mutating func release(at time: Instant) -> ButtonGesture? {
    guard case .down(let since) = state else {
      state = .up
      return nil
    }
    state = .up
    let held = time - since
    if held < Times.long {
      guard gestures != [.short] else { return nil }
      taps += 1
      lastRelease = time
      // Nothing longer could be meant.
      return taps >= (gestures.compactMap(\.taps).max() ?? 1) ? endOfTaps() : nil
    }
    taps = 0
    if held < Times.longer { return known(.long) }
    if held < Times.countdown { return known(.longer) }
    return held < Times.veryLong || held >= Times.stuck ? nil : known(.veryLong)
  }

  private mutating func endOfGap() -> ButtonGesture? {
    guard let due = gapDeadline, now >= due, changing == nil else { return nil }
    return endOfTaps()
  }

  private mutating func endOfTaps() -> ButtonGesture? {
    defer { taps = 0 }
    return ButtonGesture(taps: taps).flatMap(known)
  }

  private func known(_ gesture: ButtonGesture) -> ButtonGesture? { gestures.contains(gesture) ? gesture : nil }
}

extension ButtonMachine.Phase {
  /// The light that confirms how far a press has gone; nil leaves it as it is.
  package var light: LEDPattern? {
    switch self {
    case .up, .pressed, .stuck: nil
    case .long: .blink(on: 120, off: 880)
    case .longer: .blink(on: 500, off: 120)
    case .countdown(let seconds): .blink(on: 60, off: max(60, 1000 / (7 - seconds) - 60))
    case .veryLong: .on
    }
  }
}
