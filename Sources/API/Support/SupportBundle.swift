import Logging
import Model
package import Rules
package import Service
package import Store
import Wire

/// What a person sends to somebody who is to help: how the service and its printers stand, without a secret
/// (contract, section 5, "Updates, system"). A tar archive, packed; a hundred kilobytes at most, unpacked.
package struct SupportBundle: Sendable {
  private static let largest = 1 << 20

  private let system: SystemReporter
  private let settings: Settings
  private let ring: LogRing
  private let view: FleetView
  private let doctor: HouseDoctor
  private let secrets: SecretRepository
  private let clock: any WallClock

  package init(
    system: SystemReporter, settings: Settings, ring: LogRing, view: FleetView, doctor: HouseDoctor,
    secrets: SecretRepository, clock: any WallClock
  ) {
    self.system = system
    self.settings = settings
    self.ring = ring
    self.view = view
    self.doctor = doctor
    self.secrets = secrets
    self.clock = clock
  }

  func packed() async throws -> [UInt8] {
    let printers = view.all
    let mask = SupportMask(printers: printers.map(\.identity), secrets: try await secrets.all())
    let parts: [(name: String, bytes: [UInt8])] = [
      ("README.txt", Array(Self.note.utf8)),
      ("system.json", Self.json(SystemInfoView(info: await system.info { _ in true }))),
      ("settings.json", Self.json(SettingsView(settings: settings, hasDetails: false))),
      ("printers.json", Self.json(printers.map { SupportedPrinterView(printer: $0) })),
      ("doctor.json", Self.json(await doctor.findings().map { DoctorFindingView(finding: $0) })),
      (
        "log.txt",
        Array(
          ring.lines().reversed().map { "\($0.time) \($0.level.rawValue) \($0.source): \($0.message)\n" }
            .joined().utf8)
      ),
    ]
    var tar: [UInt8] = []
    for part in parts {
      let bytes = mask.masked(part.bytes)
      guard
        let header = TarHeader(
          name: "support/\(part.name)", size: Int64(bytes.count), time: clock.now.milliseconds / 1000)
      else {
        continue
      }
      tar += header.bytes + bytes + [UInt8](repeating: 0, count: header.padding)
    }
    tar += TarHeader.end
    guard let packed = tar.withUnsafeBytes({ Gzip.packed($0, effort: .quick, limit: Self.largest) }) else {
      throw Fault(.serviceUnavailable, "The board has no memory left for this. Try again.", retryAfter: 5)
    }
    return packed
  }

  private static func json(_ value: some WireValue) -> [UInt8] {
    var json = JSONWriter(reserving: 4096)
    value.write(to: &json)
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private static let note = """
    What Layerberry knows of itself, for somebody who is to help.

    system.json    versions, memory, disk, clock
    settings.json  the settings as they hold
    printers.json  how each printer stands; serial numbers and addresses are masked
    doctor.json    what the doctor found, and what to do
    log.txt        the last lines of the log

    It holds no access code, key, token or password. Names that you gave to printers are in it: read it before you send it.

    """
}

/// A printer as a stranger may see it.
package struct SupportedPrinterView: WireObject {
  let printer: PrinterSnapshot

  package static let name = "SupportedPrinter"
  package static let fields: [ObjectField<SupportedPrinterView>] = [
    ObjectField("id", "Its number.", example: 1) { $0.printer.identity.id.rawValue },
    ObjectField("name", "Its name.", example: "Workshop") { $0.printer.identity.name },
    ObjectField("model", "Its model.", example: "X1C") { $0.printer.identity.model?.rawValue },
    ObjectField("serial_number", "Its first characters.", example: "00M…") {
      SupportMask.serial($0.printer.identity.serial)
    },
    ObjectField("enabled", "It is followed.") { $0.printer.identity.isEnabled },
    ObjectField("state", "Its state.", example: "idle") { $0.printer.state.rawValue },
    ObjectField("connected", "It has a live session.") { $0.printer.isConnected },
    ObjectField("error", "Why it has none.", example: .null) { $0.printer.problem?.rawValue },
    ObjectField("trust", "How its certificate is known.", example: "pinned") {
      $0.printer.identity.trust.state.rawValue
    },
    ObjectField("control", "Whether it takes commands.", example: "allowed") { $0.printer.control.rawValue },
    ObjectField("firmware", "Its firmware.", example: "01.08.00.00") { $0.printer.report?.firmware },
    ObjectField("hms_errors", "What it complains of.", example: []) { view in
      (view.printer.report?.hms ?? []).map { HMSView(code: $0, model: view.printer.identity.model) }
    },
    ObjectField("last_update", "Its last report.") { $0.printer.lastUpdate },
  ]
}

/// What the doctor says of one thing.
package struct DoctorFindingView: WireObject {
  let finding: DoctorFinding

  package init(finding: DoctorFinding) { self.finding = finding }

  package static let name = "DoctorFinding"
  package static let fields: [ObjectField<DoctorFindingView>] = [
    ObjectField(
      "check", "What was looked at.", schema: .choice(DoctorFinding.Check.allCases.map(\.rawValue)), example: "clock"
    ) { $0.finding.check.rawValue },
    ObjectField(
      "level", "How it stands.", schema: .choice(DoctorFinding.Level.allCases.map(\.word)), example: "ok"
    ) { $0.finding.level.word },
    ObjectField("finding", "What is so.", example: "The clock is set.") { $0.finding.finding },
    ObjectField("advice", "What to do, or null.", example: .null) { $0.finding.advice },
  ]
}
