extension PrinterDevice {
  var currentCounters: PrinterCounters {
    var counters = counters
    counters.sessionsOpen = front.sessionCount
    counters.swallowed = front.swallowed
    counters.camera = camera.state.counters
    return counters
  }

  func inject(_ fault: PrinterFault) {
    switch fault {
    case .dropAll: front.dropAll()
    case .dropMidMessage:
      front.cutNextPublish()
      reportChange()
    case .refuseConnections:
      front.faults.entrance = .refused
      front.closeListener()
    case .resetBeforeHandshake: front.faults.entrance = .reset
    case .garbage: front.faults.entrance = .garbage
    case .refuseAccessCode(let code):
      front.faults.refusal = code
    case .connectionLimit(let limit, let evictsOldest):
      front.faults.limit = limit
      front.faults.evictsOldest = evictsOldest
    case .silent: front.faults.isSilent = true
    case .stale: isStale = true
    case .zombie: isZombie = true
    case .delayAcknowledgement(let seconds): front.faults.acknowledgements = .delayed(seconds)
    case .swapAcknowledgements: front.faults.acknowledgements = .swapped
    case .noAcknowledgement: front.faults.acknowledgements = .none
    case .splitRecords: front.faults.records = .split
    case .coalesceRecords: front.faults.records = .coalesced
    case .reportStyle(let style): self.style = style
    }
  }

  /// A port that something else took meanwhile stays closed; the answer says whether it is open.
  @discardableResult
  func clearFaults() -> Bool {
    front.faults = FrontFaults()
    isStale = false
    isZombie = false
    style = .normal
    card.server.settings = FileServerSettings()
    let isCameraThere = (try? setCamera(CameraSettings())) != nil
    return (try? front.openListener()) != nil && isCameraThere
  }
}
