/// What a light can tell, the most urgent first: of all that holds it shows the first (Board/led-table).
package enum LEDState: String, Sendable, CaseIterable {
  /// Somebody asks which board this is.
  case identify
  case updateRunning = "update_running"
  /// Somebody wants to pair; the light counts out the number that the asker sees.
  case pairing
  /// The service is not well.
  case error
  case starting
  case noNetwork = "no_network"
  /// A printer is paused, has failed or reports a problem.
  case attention = "needs_attention"
  /// A plate waits to be cleared.
  case plate
  case printing
  /// A print has finished, and nothing else goes on.
  case done
  /// All is well and nothing goes on.
  case ready
}

/// Which pattern tells what. The same rows stand in the file Board/led-table; a test holds them against each other.
package struct LEDTable: Hashable, Sendable {
  private let patterns: [LEDState: LEDPattern?]

  /// - Parameter patterns: nil counts out what there is to be counted.
  package init(_ patterns: [LEDState: LEDPattern?]) { self.patterns = patterns }

  package static let standard = LEDTable([
    .identify: .blink(on: 60, off: 60),
    .updateRunning: .blink(on: 1000, off: 1000),
    .pairing: LEDPattern?.none,
    .error: .blink(on: 200, off: 200),
    .starting: .blink(on: 500, off: 500),
    .noNetwork: .blink(on: 100, off: 900),
    .attention: .blink(on: 900, off: 300),
    .plate: .heartbeat,
    .printing: .breathe,
    .done: .blink(on: 100, off: 2900),
    .ready: .on,
  ])

  /// What a row says, as the file has it: `count` where it counts.
  package func text(for state: LEDState) -> String? {
    patterns[state].map { $0?.text ?? "count" }
  }

  /// - Parameters:
  ///   - holding: all that holds now.
  ///   - shown: what this light tells; it is dark for everything else.
  ///   - count: how many flashes, where something is counted out.
  package func pattern(
    holding: Set<LEDState>, shown: Set<LEDState>, count: Int
  ) -> (state: LEDState, pattern: LEDPattern)? {
    for state in LEDState.allCases where holding.contains(state) && shown.contains(state) {
      guard let pattern = patterns[state] else { continue }
      let flashes = min(max(count, LEDPattern.countRange.lowerBound), LEDPattern.countRange.upperBound)
      return (state, pattern ?? .count(flashes))
    }
    return nil
  }
}
