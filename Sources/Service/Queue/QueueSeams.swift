package import Model
package import Rules

/// The plugs that feed printers, as far as the queue switches them (contract, section 5, "Smart plugs").
package protocol PowerSource: Sendable {
  /// How the plug stands that feeds the printer; must not wait.
  func feedStanding(of printer: PrinterID) -> QueueMachine.Feed
  func switchFeedOn(of printer: PrinterID) async throws
  /// By the one rule for cutting a printer's power: a `Fault` 409 where it must stay on.
  func switchFeedOff(of printer: PrinterID) async throws
}

/// A house without plugs.
package struct NoPower: PowerSource {
  package init() {}

  package func feedStanding(of printer: PrinterID) -> QueueMachine.Feed { .none }
  package func switchFeedOn(of printer: PrinterID) async throws {}
  package func switchFeedOff(of printer: PrinterID) async throws {}
}

extension PlugDesk: PowerSource {
  package nonisolated func feedStanding(of printer: PrinterID) -> QueueMachine.Feed {
    switch feed(of: printer) {
    case nil: .none
    case .on: .on
    case .off: .off
    case .unknown: .unknown
    }
  }
}

/// The archive, as far as the queue prints from it.
package protocol PrintSource: Sendable {
  /// What the archive's file holds.
  /// - Throws: `Fault` 404 without such an archive, 400 where it has no file that can be printed.
  /// - Parameter visible: the printers that exist for whoever asks; nil is all of them.
  func facts(of archive: ArchiveID, visible: Set<PrinterID>?) async throws -> PrintFileFacts
  /// The file itself, which stays for as long as somebody holds this.
  func file(of archive: ArchiveID) async throws -> PrintableFile
}

package struct PrintableFile: Sendable {
  /// As people named it: `Benchy.gcode.3mf`.
  package var name: String
  package var path: String
  private let holder: any Sendable

  /// - Parameter holder: what keeps the file there.
  package init(name: String, path: String, holder: any Sendable) {
    self.name = name
    self.path = path
    self.holder = holder
  }
}

/// What the owner has chosen for the queue.
package struct QueueSettings: Hashable, Sendable {
  package var requiresClearPlate: Bool
  package var powerOff: CooldownWatch.Plan

  package init(
    requiresClearPlate: Bool = true,
    powerOff: CooldownWatch.Plan = CooldownWatch.Plan(temperature: 50, delay: 300)
  ) {
    self.requiresClearPlate = requiresClearPlate
    self.powerOff = powerOff
  }
}
