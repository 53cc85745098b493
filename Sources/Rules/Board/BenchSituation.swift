package import Model

/// All that the lights can tell of, from which follows what they show.
package struct BenchSituation: Hashable, Sendable {
  package struct Printer: Hashable, Sendable {
    package var state: PrinterState
    /// It reports a problem that a person has to look at.
    package var hasProblem: Bool
    /// Its plate is free for the next print.
    package var isPlateCleared: Bool

    package init(state: PrinterState, hasProblem: Bool, isPlateCleared: Bool) {
      self.state = state
      self.hasProblem = hasProblem
      self.isPlateCleared = isPlateCleared
    }
  }

  package var isStarting = true
  package var isIdentifying = false
  package var isUpdating = false
  /// The service and its board are well.
  package var isWell = true
  package var hasNetwork = true
  /// A cleared plate is asked for before the next print.
  package var wantsPlatesCleared = true
  /// How many flashes tell the request to pair that is open; nil where none is.
  package var pairingBlinks: Int?
  package var printers: [Printer] = []

  package init() {}

  package var holding: Set<LEDState> {
    var states: Set<LEDState> = [.ready]
    if isStarting { states.insert(.starting) }
    if isIdentifying { states.insert(.identify) }
    if isUpdating { states.insert(.updateRunning) }
    if !isWell { states.insert(.error) }
    if !hasNetwork { states.insert(.noNetwork) }
    if pairingBlinks != nil { states.insert(.pairing) }
    for printer in printers { states.formUnion(holding(of: printer)) }
    return states
  }

  private func holding(of printer: Printer) -> Set<LEDState> {
    var states: Set<LEDState> = printer.hasProblem ? [.attention] : []
    switch printer.state {
    case .preparing, .printing: states.insert(.printing)
    case .paused, .error: states.insert(.attention)
    case .failed where !printer.isPlateCleared: states.insert(.attention)
    case .finished where !printer.isPlateCleared: states.insert(wantsPlatesCleared ? .plate : .done)
    case .idle, .finished, .failed, .offline, .unknown: break
    }
    return states
  }
}
