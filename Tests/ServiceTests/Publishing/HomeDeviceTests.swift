import Model
import Rules
import Store
import TestKit
import Testing
import Wire

@testable import Service

/// What is told to Home Assistant, held against its documentation's field tables.
@Suite("Home Assistant discovery") struct HomeDeviceTests {
  private static let topics = PublishTopics(prefix: "home/printers", discovery: "homeassistant")

  static func snapshot(_ model: PrinterModel?, _ change: (inout PrinterReport) -> Void = { _ in }) throws
    -> PrinterSnapshot
  {
    let now = Timestamp(seconds: 0)
    let identity = PrinterIdentity(
      id: PrinterID(rawValue: 3), name: "Left \"one\"", host: try HostName("10.0.0.7"),
      serial: try SerialNumber("01S00A123456789"), model: model, mqttPort: try PortNumber(8883, field: "mqtt_port"),
      ftpsPort: try PortNumber(990, field: "ftps_port"), cameraPort: try PortNumber(6000, field: "camera_port"),
      isEnabled: true, trust: Trust(state: .none),
      plateCleared: true, createdAt: now, updatedAt: now)
    var made = PrinterSnapshot(identity: identity, state: .printing)
    made.isConnected = true
    var report = PrinterReport()
    report.model = model
    var unit = AMSUnit(id: 0, kind: .pro2)
    unit.humidity = 34
    unit.temperature = 28.5
    report.ams = [unit, AMSUnit(id: 1, kind: .lite)]
    change(&report)
    made.report = report
    return made
  }

  private static func messages(_ device: HomeDevice) throws -> [String: JSONValue] {
    try device.messages(topics, version: "1.2.3").mapValues { try JSONParser.parse($0, limits: .init(bytes: 1 << 16)) }
  }

  static func devices(takesCommands: Bool) async throws -> [HomeDevice] {
    let printers = try PrinterModel.allCases.map { model in
      PublishedPrinter(try snapshot(model), before: nil, takesCommands: takesCommands, hasPictures: true)
        .device(topics)
    }
    let unknown = PublishedPrinter(
      try snapshot(nil), before: nil, takesCommands: takesCommands, hasPictures: false
    ).device(topics)
    var plug = try await plug()
    plug.takesCommands = takesCommands
    var board = PublishedBoard(
      BoardStanding(
        name: "virtual", isVirtual: true, chips: [], lights: [], relays: [], buttons: [], lines: [], problem: nil),
      BoardFigures(
        model: nil, temperatures: [.init(name: "cpu", celsius: 51.2)], undervoltage: .init(now: false),
        throttling: .init(), uptime: 1), version: "1.2.3", takesCommands: takesCommands)
    board.takesCommands = takesCommands
    return printers + [unknown, plug.device(topics), board.device(topics)]
  }

  private static func record() async throws -> SmartPlugRecord {
    let folder = try TemporaryFolder()
    let database = try Database.open(
      try DataFolder.prepare("\(folder.path)/data"), role: .tool, now: Timestamp(seconds: 0))
    let record = try await SmartPlugRepository(database).insert(
      SmartPlug(name: "Power", kind: .tasmota, address: "10.0.0.9"), now: Timestamp(seconds: 0))
    try await database.close()
    return record
  }

  private static func plug() async throws -> PublishedPlug {
    let standing = PlugStanding(
      record: try await record(), state: .on, isReachable: true,
      reading: PlugReading(state: .on, power: 118.5, energyToday: 0.4, energyTotal: 18.3), reason: nil)
    return PublishedPlug(standing, before: nil, printer: try SerialNumber("01S00A123456789"), takesCommands: false)
  }

  @Test("Every message has the fields of its component's table, each of its kind, and all that it requires")
  func tables() async throws {
    for device in try await Self.devices(takesCommands: true) + (try await Self.devices(takesCommands: false)) {
      for (topic, message) in try Self.messages(device) {
        let component = try #require(topic.split(separator: "/").dropFirst().first.map(String.init))
        let table = try #require(HomeTables.tables[component], "no table for \(component)")
        let members = try #require(message.object)
        #expect(table.required.isSubset(of: members.keys), "\(topic): \(table.page)")
        for (name, value) in members {
          let kind = table.fields[name]
          #expect(kind?.fits(value) == true, "\(topic): \(name)=\(value) against \(table.page)")
        }
      }
    }
  }

  @Test("A sensor's unit is one of its class, and an enumeration names its options and has neither unit nor class")
  func units() async throws {
    for device in try await Self.devices(takesCommands: true) {
      for (topic, message) in try Self.messages(device) where topic.hasPrefix("homeassistant/sensor/") {
        guard let name = message["device_class"]?.string else { continue }
        let units = try #require(HomeTables.sensorClasses[name])
        // Page "Sensor", section "Device class": `enum` "cannot be combined with state_class or unit_of_measurement".
        if name == "enum" {
          #expect(message["options"]?.array?.isEmpty == false)
          #expect(message["unit_of_measurement"] == nil && message["state_class"] == nil)
        } else {
          #expect(units.contains(message["unit_of_measurement"]?.string ?? ""), "\(topic)")
          #expect(message["options"] == nil)
        }
        // developers.home-assistant.io, "Sensor entity", "Long-term statistics": energy counts up.
        if name == "energy" { #expect(message["state_class"] == "total_increasing") }
      }
    }
  }

  @Test("Device, origin and availability have the keys of their tables")
  func nested() async throws {
    for device in try await Self.devices(takesCommands: true) {
      for message in try Self.messages(device).values {
        for (key, value) in message["device"]?.object ?? [:] {
          #expect(HomeTables.device[key]?.fits(value) == true, "device.\(key)")
        }
        // "At least one of identifiers or connections must be present to identify the device."
        #expect(message["device"]?["identifiers"]?.array?.count == 1)
        #expect(message["origin"] == ["name": "Layerberry", "sw_version": "1.2.3"])
        let rows = try #require(message["availability"]?.array)
        #expect(rows.first == ["topic": "home/printers/status"] && message["availability_mode"] == "all")
        for row in rows {
          #expect(row["topic"] != nil)
          for (key, value) in row.object ?? [:] { #expect(HomeTables.availability[key]?.fits(value) == true) }
        }
        // "Must not be used together with availability_topic."
        #expect(message["availability_topic"] == nil)
      }
    }
  }

  @Test("Topics follow <prefix>/<component>/<node>/<object>/config, of [a-zA-Z0-9_-], and no identity comes twice")
  func topics() throws {
    // "MQTT", section "Discovery topic".
    func isWord(_ text: String) -> Bool {
      !text.isEmpty
        && text.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x2D || byte == 0x5F
        }
    }
    let printer = PublishedPrinter(
      try Self.snapshot(.h2d), before: nil, takesCommands: true, hasPictures: true
    ).device(Self.topics)
    var identities: Set<String> = []
    for (topic, message) in try Self.messages(printer) {
      let parts = topic.split(separator: "/").map(String.init)
      #expect(parts.count == 5 && parts[0] == "homeassistant" && parts[4] == "config")
      #expect(parts[2] == "home_printers" && isWord(parts[3]))
      #expect(message["unique_id"] == .string("home_printers_\(parts[3])"))
      let isNew = identities.insert(message["unique_id"]?.string ?? "").inserted
      #expect(isNew)
      #expect(Self.topics.place(of: topic) == .config(object: parts[3]))
    }
    #expect(identities.count > 25)
  }

  @Test("Each template names a member that the state has, for every model, live and away")
  func members() throws {
    for model in PrinterModel.allCases {
      let snapshot = try Self.snapshot(model)
      let printer = PublishedPrinter(snapshot, before: nil, takesCommands: true, hasPictures: true)
      let state = try JSONParser.parse(PrinterDocument(snapshot).bytes, limits: .init(bytes: 1 << 16))
      for (topic, message) in try Self.messages(printer.device(Self.topics)) {
        guard let template = message["value_template"]?.string else { continue }
        #expect(template.hasPrefix("{{ value_json.") && template.hasSuffix(" }}"))
        let member = String(template.dropFirst("{{ value_json.".count).dropLast(3))
        #expect(state[member] != nil, "\(topic): \(member)")
      }
    }
  }

  @Test("Buttons and the light are there only where commands are allowed")
  func commands() async throws {
    for device in try await Self.devices(takesCommands: false) {
      #expect(device.entities.allSatisfy { ![.button, .light, .switch].contains($0.component) })
      for message in try Self.messages(device).values { #expect(message["command_topic"] == nil) }
    }
    let printer = PublishedPrinter(
      try Self.snapshot(.p1s), before: nil, takesCommands: true, hasPictures: true
    ).device(Self.topics)
    let taken = printer.entities.compactMap { $0.fields["command_topic"]?.string }.sorted()
    let base = "home/printers/printer/01S00A123456789/set"
    #expect(taken == ["\(base)/light", "\(base)/pause", "\(base)/resume", "\(base)/stop"])
    for topic in taken {
      let word = String(topic.split(separator: "/").last ?? "")
      #expect(Self.topics.place(of: topic) == .printerCommand(serial: "01S00A123456789", word: word))
    }
  }

  @Test("A model has only what it has: no chamber on a P1S, two nozzles on an H2D")
  func models() throws {
    func keys(_ model: PrinterModel) throws -> Set<String> {
      let printer = PublishedPrinter(
        try Self.snapshot(model), before: nil, takesCommands: false, hasPictures: true)
      return Set(printer.device(Self.topics).entities.map(\.key))
    }
    #expect(try !keys(.p1s).contains("chamber") && !keys(.p1s).contains("door_open"))
    #expect(try !keys(.a1).contains("fan_chamber") && keys(.x1c).isSuperset(of: ["chamber", "door_open"]))
    #expect(try keys(.h2d).contains("nozzle_2") && !keys(.x1c).contains("nozzle_2"))
    // The first AMS has both, the AMS Lite neither.
    #expect(try keys(.a1).isSuperset(of: ["ams_0_humidity", "ams_0_temperature"]))
    #expect(try !keys(.a1).contains("ams_1_humidity"))
  }

  @Test("A printer that is away keeps its shape, and all of its figures are null")
  func away() throws {
    var snapshot = try Self.snapshot(.x1c) { report in
      report.firmware = "01.09.00.00"
      report.bed.temperature = 60
    }
    let known = PublishedPrinter(snapshot, before: nil, takesCommands: false, hasPictures: true)
    #expect(PrinterDocument.isAvailable(snapshot))
    snapshot.report = nil
    snapshot.isConnected = false
    snapshot.state = .offline
    #expect(PublishedPrinter(snapshot, before: known, takesCommands: false, hasPictures: true) == known)
    #expect(!PrinterDocument.isAvailable(snapshot))
    let document = PrinterDocument(snapshot)
    #expect(document.flowing.values.allSatisfy { $0 == .null })
    #expect(document.steady["state"] == "offline" && document.steady["connected"] == false)
  }

  @Test("A state is told at once, a temperature in its turn; texts are as long as Home Assistant takes them")
  func urgency() throws {
    let cold = PrinterDocument(try Self.snapshot(.x1c) { $0.bed.temperature = 20 })
    let warm = PrinterDocument(try Self.snapshot(.x1c) { $0.bed.temperature = 21 })
    #expect(cold.steady == warm.steady && cold.flowing != warm.flowing)
    let open = PrinterDocument(try Self.snapshot(.x1c) { $0.doorOpen = true })
    #expect(open.steady != cold.steady)
    // "MQTT sensor": a state has at most 255 characters.
    let long = PrinterDocument(try Self.snapshot(.x1c) { $0.job.taskName = String(repeating: "x", count: 4000) })
    #expect(long.steady["task_name"]?.string?.count == 255)
  }

  @Test("A plug that measures has power and energy, and an unknown state is null")
  func plugs() async throws {
    let device = try await Self.plug().device(Self.topics)
    #expect(Set(device.entities.map(\.key)) == ["reason", "power_state", "power", "energy_today", "energy_total"])
    #expect(device.about["via_device"] == "home_printers_01S00A123456789")
    let away = PlugStanding(
      record: try await Self.record(), state: .unknown, isReachable: false, reading: nil, reason: "does not answer")
    #expect(PublishedPlug.document(away).steady == ["state": .null, "reason": "does not answer"])
    #expect(!PublishedPlug.isAvailable(away))
    let again = PublishedPlug(away, before: try await Self.plug(), printer: nil, takesCommands: false)
    #expect(again.measuresPower && again.measuresTotal)
  }

  @Test(arguments: [
    "layerberry/printer/X/set", "layerberry/printer/X/set/pause/more", "layerberry/plug/1/state/x", "other/status",
    "homeassistant/sensor/other/x/config", "layerberry", "", "homeassistant/sensor/layerberry/config",
  ]) func whatIsNotOursMeansNothing(topic: String) {
    #expect(PublishTopics(prefix: "layerberry", discovery: "homeassistant").place(of: topic) == nil)
  }
}
