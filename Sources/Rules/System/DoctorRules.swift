/// One thing that was looked at.
package struct DoctorFinding: Hashable, Sendable {
  package enum Check: String, Sendable, CaseIterable {
    case storage, clock, power, network, printers, gpio, programs
  }

  package enum Level: Int, Sendable, Comparable, CaseIterable {
    case ok, warning, problem

    package static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }

    package var word: String { ["ok", "warning", "problem"][rawValue] }
  }

  package let check: Check
  package let level: Level
  /// What is so.
  package let finding: String
  /// What to do; nil where there is nothing to do.
  package let advice: String?

  package init(_ check: Check, _ level: Level, _ finding: String, _ advice: String? = nil) {
    self.check = check
    self.level = level
    self.finding = finding
    self.advice = advice
  }
}

/// `layerberry doctor` (contract, section 8): what the facts mean, and what to do.
package enum DoctorRules {
  /// Bytes of the disk below which nothing new is kept, and below which it soon will be.
  static let fullBytes: Int64 = 128 << 20
  static let tightBytes: Int64 = 1 << 30
  /// °C at which the firmware of a Raspberry Pi begins to slow the processor, and a little before.
  static let hotCelsius = 80.0
  static let warmCelsius = 70.0

  /// One finding at least for each check.
  package static func findings(_ facts: DoctorFacts) -> [DoctorFinding] {
    storage(facts.storage) + clock(facts.clock) + power(facts.power) + network(facts.network)
      + printers(facts.printers, facts.network.service) + pins(facts.pins) + programs(facts.missingPrograms)
  }

  private static func storage(_ storage: DoctorFacts.Storage) -> [DoctorFinding] {
    var found: [DoctorFinding] = []
    if let problem = storage.problem { found.append(DoctorFinding(.storage, .problem, problem)) }
    if let free = storage.free, free < tightBytes {
      found.append(
        DoctorFinding(
          .storage, free < fullBytes ? .problem : .warning, "The disk has \(megabytes(free)) MB left.",
          "Delete archives, time-lapses or backups, set archive.quota_bytes, or take a larger card."))
    }
    guard found.isEmpty else { return found }
    let room = storage.free.map { ", and \(megabytes($0)) MB are free" } ?? ""
    return [DoctorFinding(.storage, .ok, "The database is sound\(room).")]
  }

  private static func megabytes(_ bytes: Int64) -> Int64 { bytes / 1_000_000 }

  private static func clock(_ clock: DoctorFacts.Clock) -> [DoctorFinding] {
    guard clock.isSet else {
      return [
        DoctorFinding(
          .clock, .problem, "The clock is not set: planned prints wait.",
          "Let the board reach a time server (UDP port 123), or set the clock by hand: date -s.")
      ]
    }
    guard clock.isSynchronized == false else { return [DoctorFinding(.clock, .ok, "The clock is set.")] }
    return [
      DoctorFinding(
        .clock, .warning, "The clock is set, and nobody keeps it right.",
        "Switch on systemd-timesyncd or chrony, and let it reach a time server.")
    ]
  }

  private static func power(_ power: DoctorFacts.Power) -> [DoctorFinding] {
    var found: [DoctorFinding] = []
    let supply =
      "Take the maker's own supply and a short, thick cable; move other devices to a hub with a supply of its own."
    if power.isLow == true {
      found.append(DoctorFinding(.power, .problem, "The supply gives too little right now.", supply))
    } else if power.wasLow == true {
      found.append(DoctorFinding(.power, .warning, "The supply gave too little since the board started.", supply))
    }
    if let hottest = power.hottest, hottest >= warmCelsius {
      found.append(
        DoctorFinding(
          .power, hottest >= hotCelsius ? .problem : .warning, "The board is at \(Int(hottest)) °C.",
          "Give it air or a heat sink; keep it away from the printer's warm side."))
    } else if power.isThrottled == true, found.isEmpty {
      found.append(DoctorFinding(.power, .warning, "The processor runs slower than it could.", supply))
    }
    guard found.isEmpty else { return found }
    let isKnown = power.isLow != nil || power.wasLow != nil
    return [
      DoctorFinding(
        .power, .ok, isKnown ? "The supply is strong enough." : "This machine does not tell about its supply.")
    ]
  }

  private static func network(_ network: DoctorFacts.Network) -> [DoctorFinding] {
    var found: [DoctorFinding] = []
    if network.hasAddress == false {
      found.append(
        DoctorFinding(
          .network, .problem, "The board has no address in any network.",
          "Check the cable, or the name and password of the Wi-Fi."))
    } else if network.hasRoute == false {
      found.append(
        DoctorFinding(
          .network, .warning, "The board has no way out of its own network.",
          "Printers work so; for time, notifications and the cloud the router must give a gateway (DHCP)."))
    }
    switch network.service {
    case .answers: break
    case .silent(let port):
      found.append(
        DoctorFinding(
          .network, .problem, "The service runs and does not answer at port \(port).",
          "Give its port with --port; if that is right, restart the service and look at its log."))
    case .stopped:
      found.append(
        DoctorFinding(.network, .warning, "The service does not run.", "Start it: layerberry serve, or its unit."))
    }
    return found.isEmpty
      ? [DoctorFinding(.network, .ok, "The board is in the network, and the service answers.")] : found
  }

  private static func pins(_ pins: DoctorFacts.Pins) -> [DoctorFinding] {
    guard pins.problems.isEmpty else {
      return pins.problems.map {
        DoctorFinding(.gpio, .problem, $0, "Hold the pin map against the wiring: layerberry board show.")
      }
    }
    return [
      DoctorFinding(
        .gpio, .ok, pins.hasMap ? "Every line of the pin map is there." : "No pin map: the board is virtual.")
    ]
  }

  private static func programs(_ missing: [String]) -> [DoctorFinding] {
    guard !missing.isEmpty else { return [DoctorFinding(.programs, .ok, "What is needed besides is installed.")] }
    return missing.map {
      DoctorFinding(.programs, .warning, "\($0) is not installed.", "Install it: apt-get install \($0)")
    }
  }
}
