import Loop
package import Rules

/// Makes lights follow their patterns. One timer for all of them, which sleeps until the next edge of any; with all of
/// them steady it sleeps for ever. Confined to the board's loop.
final class LightDriver {
  private struct Light {
    let pin: LightPin
    var output: (any LightOutput)?
    var pattern = LEDPattern.off
    var since: ContinuousClock.Instant
    /// What it shows; nil is unknown.
    var level: Double?
    var problem: String?
  }

  private let loop: PollLoop
  /// Nobody sees a virtual light: its pattern says all.
  private let isSeen: Bool
  private let failed: (GPIOFailure) -> Void
  private var lights: [Light]
  private var overlay: (pattern: LEDPattern, since: ContinuousClock.Instant)?
  private var timer: LoopTimer?

  init(pins: [LightPin], loop: PollLoop, isSeen: Bool, failed: @escaping (GPIOFailure) -> Void) {
    self.loop = loop
    self.isSeen = isSeen
    self.failed = failed
    lights = pins.map { Light(pin: $0, since: loop.now) }
  }

  var standings: [LightStanding] {
    lights.map { light in
      LightStanding(
        name: light.pin.name, pattern: overlay?.pattern ?? light.pattern, isDimmable: light.pin.isDimmable,
        shows: light.pin.shows, problem: light.problem)
    }
  }

  /// Whether a light has no output yet.
  func needsOutput(_ name: String) -> Bool { lights.contains { $0.pin.name == name && $0.output == nil } }

  func connect(_ name: String, _ output: Result<any LightOutput, GPIOFailure>) {
    guard let index = lights.firstIndex(where: { $0.pin.name == name }) else { return }
    switch output {
    case .success(let output): (lights[index].output, lights[index].problem) = (output, nil)
    case .failure(let failure): (lights[index].output, lights[index].problem) = (nil, failure.description)
    }
    lights[index].level = nil
    run()
  }

  /// Lets go of the outputs: `problem` says why, nil that it is the end.
  func disconnect(problem: GPIOFailure?) {
    for index in lights.indices {
      if problem == nil { try? lights[index].output?.show(0) }
      guard lights[index].output != nil else { continue }
      lights[index].output = nil
      lights[index].problem = problem?.description
    }
    timer?.cancel()
    timer = nil
  }

  /// Whether that changed anything.
  func show(_ name: String, _ pattern: LEDPattern) -> Bool {
    guard let index = lights.firstIndex(where: { $0.pin.name == name }), lights[index].pattern != pattern else {
      return false
    }
    // Lights of one pattern go together: who looks sees one rhythm, and one timer's edge is all theirs.
    let leader = lights.first { $0.pattern == pattern && $0.output != nil }
    lights[index].pattern = pattern
    lights[index].since = leader?.since ?? loop.now
    run()
    return true
  }

  /// All lights show this while it lasts, such as how far a press has gone.
  func overlay(_ pattern: LEDPattern?) {
    guard overlay?.pattern != pattern else { return }
    overlay = pattern.map { ($0, loop.now) }
    run()
  }

  /// Shows what is due, and sets the timer to the next edge.
  private func run() {
    timer?.cancel()
    timer = nil
    let now = loop.now
    var next: Duration?
    for index in lights.indices {
      guard let output = lights[index].output else { continue }
      let pattern = overlay?.pattern ?? lights[index].pattern
      let cycle = pattern.cycle(isDimmable: lights[index].pin.isDimmable)
      let (level, remaining) = cycle.at(now - (overlay?.since ?? lights[index].since))
      if lights[index].level != level {
        do throws(GPIOFailure) {
          try output.show(level)
          lights[index].level = level
        } catch {
          lights[index].output = nil
          lights[index].problem = error.description
          failed(error)
          continue
        }
      }
      if let remaining { next = min(next ?? remaining, remaining) }
    }
    guard isSeen, let next else { return }
    timer = loop.schedule(at: now.advanced(by: next)) { [weak self] in self?.run() }
  }
}

/// How a light stands.
package struct LightStanding: Hashable, Sendable {
  package let name: String
  package let pattern: LEDPattern
  package let isDimmable: Bool
  package let shows: Set<LEDState>
  /// A sentence; nil where all is well.
  package let problem: String?
}
