/// A printer that is bound to the account.
package struct CloudDevice: Hashable, Sendable {
  /// Its serial number, as the cloud writes it.
  package var id: String
  package var name: String?
  package var isOnline: Bool?
  /// The cloud's word, such as `SUCCESS` or `RUNNING`.
  package var printStatus: String?
  /// The maker's name of the model, or its code, as the cloud has it.
  package var model: String?
  /// The code of the printer's screen, for the local network.
  package var accessCode: Secret?
  /// Millimetres.
  package var nozzle: Double?

  package init(id: String) { self.id = id }
}

/// A print as the cloud remembers it.
package struct CloudTask: Hashable, Sendable {
  package enum Status: String, CaseIterable, Hashable, Sendable { case created, finished, failed, running, unknown }

  package struct Filament: Hashable, Sendable {
    /// The global number of the tray.
    package var tray: Int?
    package var type: String?
    /// `RRGGBB` or `RRGGBBAA`.
    package var color: String?
    package var filamentID: String?
    /// Grams.
    package var weight: Double?

    package init() {}
  }

  package var id: String
  package var title: String?
  package var deviceID: String?
  package var model: String?
  package var status = Status.unknown
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  /// Seconds, as the slicer reckoned.
  package var estimatedTime: Int?
  /// Grams.
  package var weight: Double?
  package var plate: Int?
  package var bedType: String?
  package var filaments: [Filament] = []

  package init(id: String) { self.id = id }
}

/// What a profile of the slicer is for.
package enum CloudProfileType: String, CaseIterable, Hashable, Sendable { case print, printer, filament }

/// A profile as the cloud's list has it.
package struct CloudProfile: Hashable, Sendable {
  package var id: String
  package var name: String
  package var type: CloudProfileType
  package var baseID: String?
  package var version: String?
  package var updatedAt: Timestamp?
  /// The account's own, not one that everybody has.
  package var isOwn: Bool

  package init(id: String, name: String, type: CloudProfileType, isOwn: Bool) {
    self.id = id
    self.name = name
    self.type = type
    self.isOwn = isOwn
  }
}
