/// A GPIO chip as the service needs it: libgpiod's, or a virtual one. Confined to the board's loop.
package protocol GPIOChip: AnyObject {
  var identity: ChipIdentity { get }
  /// The number of the line with this name, nil where the chip has none.
  func offset(named name: String) -> Int?
  func look(at offset: Int) throws(GPIOFailure) -> LineStanding
  /// Takes a line as output; direction and value in one step, so that it never shows another value in between.
  func output(_ request: LineRequest, isOn: Bool) throws(GPIOFailure) -> any OutputLine
  /// The same for a relay: a line that a keeper can hold on to while the service is not there.
  func relay(_ request: LineRequest, isOn: Bool) throws(GPIOFailure) -> any OutputLine
  /// A relay's line from the keeper; nil where the descriptor is none.
  func relay(keptAs descriptor: Int32, _ request: LineRequest) -> (any OutputLine)?
  /// - Parameter onEdge: called at every edge of a line that has no descriptor to be polled.
  func input(
    _ request: LineRequest, bias: LineBias, onEdge: @escaping @Sendable () -> Void
  ) throws(GPIOFailure) -> any InputLine
}

/// Where chips come from.
package protocol GPIOChips: Sendable {
  /// Whether lights and buttons are real, so that it makes sense to wake up for them.
  var isVirtual: Bool { get }
  /// The chips that there are.
  func all() -> [ChipIdentity]
  /// - Parameter reference: a label (`pinctrl-rp1`) or a name (`gpiochip0`).
  func open(_ reference: String) throws(GPIOFailure) -> any GPIOChip
}

package struct ChipIdentity: Hashable, Sendable {
  /// `gpiochip0`; the number changes from boot to boot on some boards.
  package let name: String
  /// What the driver calls it: `pinctrl-rp1`.
  package let label: String
  package let lineCount: Int

  package init(name: String, label: String, lineCount: Int) {
    self.name = name
    self.label = label
    self.lineCount = lineCount
  }
}

/// A line as the kernel sees it.
package struct LineStanding: Hashable, Sendable {
  package let name: String
  /// Who holds it; nil where nobody does.
  package let consumer: String?
  package let isOutput: Bool

  package init(name: String, consumer: String?, isOutput: Bool) {
    self.name = name
    self.consumer = consumer
    self.isOutput = isOutput
  }
}

/// Which line is wanted, and as whom.
package struct LineRequest: Hashable, Sendable {
  package let offset: Int
  /// What others see as its holder, at most 31 bytes.
  package let consumer: String
  package let isActiveLow: Bool

  package init(offset: Int, consumer: String, isActiveLow: Bool) {
    self.offset = offset
    self.consumer = consumer
    self.isActiveLow = isActiveLow
  }
}

/// The resistor inside the chip that an input gets.
package enum LineBias: String, Sendable, CaseIterable {
  case asIs = "as_is"
  case up, down
  case off = "none"
}

/// Released with its last reference.
package protocol OutputLine: AnyObject {
  func set(_ isOn: Bool) throws(GPIOFailure)
  func isOn() throws(GPIOFailure) -> Bool
  /// What a keeper can hold; nil where there is nothing to be kept.
  var descriptor: Int32? { get }
}

/// Released with its last reference.
package protocol InputLine: AnyObject {
  func isActive() throws(GPIOFailure) -> Bool
  /// Readable when there are edges; nil where `onEdge` calls instead.
  var descriptor: Int32? { get }
  /// Takes all edges that wait.
  func drain() throws(GPIOFailure)
}
