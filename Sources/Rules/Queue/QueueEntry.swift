package import Model

/// An item that waits, as far as the decision about it needs it.
package struct QueueEntry: Hashable, Sendable {
  package enum Target: Hashable, Sendable {
    case printer(PrinterID)
    /// Any printer of this model.
    /// - Parameter among: the printers of the key that queued it; nil is all of them.
    case model(PrinterModel, among: Set<PrinterID>?)
  }

  package var id: QueueItemID
  package var target: Target
  package var scheduledTime: Timestamp?
  /// How many prints are still to be made of it, this one included.
  package var copies: Int
  /// As a person chose; nil is by material and colour.
  package var mapping: [Int]?
  package var usesAMS: Bool?
  package var ignoresMismatch: Bool
  package var demand: PrintDemand
  /// After an attempt that broke off before the start was sent.
  package var retry: Retry?

  package struct Retry: Hashable, Sendable {
    package var at: Timestamp
    package var reason: String

    package init(at: Timestamp, reason: String) {
      self.at = at
      self.reason = reason
    }
  }

  package init(
    id: QueueItemID, target: Target, scheduledTime: Timestamp? = nil, copies: Int = 1, mapping: [Int]? = nil,
    usesAMS: Bool? = nil, ignoresMismatch: Bool = false, demand: PrintDemand = PrintDemand(), retry: Retry? = nil
  ) {
    self.id = id
    self.target = target
    self.scheduledTime = scheduledTime
    self.copies = copies
    self.mapping = mapping
    self.usesAMS = usesAMS
    self.ignoresMismatch = ignoresMismatch
    self.demand = demand
    self.retry = retry
  }

  /// Whether it could ever go to this machine by what a person chose.
  package func isMeant(for machine: QueueMachine) -> Bool {
    switch target {
    case .printer(let id): id == machine.id
    case .model(let model, let among): machine.model == model && (among?.contains(machine.id) ?? true)
    }
  }
}
