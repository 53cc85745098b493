package import Model

/// What can be known of an installation without changing anything: what `DoctorRules` judges. A nil says that this machine
/// does not tell.
package struct DoctorFacts: Hashable, Sendable {
  package struct Storage: Hashable, Sendable {
    /// Why the data folder or its database cannot be used; nil when both can.
    package var problem: String?
    /// Bytes.
    package var free: Int64?

    package init(problem: String? = nil, free: Int64? = nil) {
      self.problem = problem
      self.free = free
    }
  }

  package struct Clock: Hashable, Sendable {
    package var isSet: Bool
    /// The kernel believes that somebody keeps it right.
    package var isSynchronized: Bool?

    package init(isSet: Bool, isSynchronized: Bool? = nil) {
      self.isSet = isSet
      self.isSynchronized = isSynchronized
    }
  }

  package struct Power: Hashable, Sendable {
    package var isLow: Bool?
    package var wasLow: Bool?
    package var isThrottled: Bool?
    /// °C of the hottest sensor.
    package var hottest: Double?

    package init(isLow: Bool? = nil, wasLow: Bool? = nil, isThrottled: Bool? = nil, hottest: Double? = nil) {
      self.isLow = isLow
      self.wasLow = wasLow
      self.isThrottled = isThrottled
      self.hottest = hottest
    }
  }

  package struct Network: Hashable, Sendable {
    package enum Service: Hashable, Sendable {
      case answers
      /// The folder's lock is held, and nothing answers at this port.
      case silent(Int)
      case stopped
    }

    /// An address that others could reach.
    package var hasAddress: Bool?
    package var hasRoute: Bool?
    package var service: Service

    package init(hasAddress: Bool? = nil, hasRoute: Bool? = nil, service: Service) {
      self.hasAddress = hasAddress
      self.hasRoute = hasRoute
      self.service = service
    }
  }

  package struct Printer: Hashable, Sendable {
    package enum Reach: Hashable, Sendable {
      /// The service has a live session.
      case connected
      /// Why it has none.
      case refused(PrinterProblem)
      /// Something listens at the port for MQTT; nobody has signed in.
      case listens
      case nothing
    }

    package var name: String
    package var isEnabled: Bool
    package var reach: Reach
    /// It takes commands from its maker's programs only.
    package var refusesCommands: Bool

    package init(name: String, isEnabled: Bool = true, reach: Reach, refusesCommands: Bool = false) {
      self.name = name
      self.isEnabled = isEnabled
      self.reach = reach
      self.refusesCommands = refusesCommands
    }
  }

  package struct Pins: Hashable, Sendable {
    /// Without a pin map the board is virtual.
    package var hasMap: Bool
    /// What is wrong with the map or its lines.
    package var problems: [String]

    package init(hasMap: Bool, problems: [String] = []) {
      self.hasMap = hasMap
      self.problems = problems
    }
  }

  package var storage: Storage
  package var clock: Clock
  package var power: Power
  package var network: Network
  package var printers: [Printer]
  package var pins: Pins
  /// Programs and libraries that are looked for when they are first needed, and are not there.
  package var missingPrograms: [String]

  package init(
    storage: Storage, clock: Clock, power: Power, network: Network, printers: [Printer], pins: Pins,
    missingPrograms: [String]
  ) {
    self.storage = storage
    self.clock = clock
    self.power = power
    self.network = network
    self.printers = printers
    self.pins = pins
    self.missingPrograms = missingPrograms
  }
}
