import Model
import Store
import Testing
import Wire

@testable import API

/// What a body may hold, and how a wrong one is answered: every field at fault by name, in one answer.
@Suite struct InputReaderTests {
  private static let good: JSONValue = [
    "name": "Workshop X1C", "ip_address": "192.168.1.100", "access_code": "12345678",
    "serial_number": "00M00A000000000",
  ]

  private static func read(_ body: JSONValue) throws(Fault) -> AddPrinter {
    var reader = try InputReader(body)
    let input = try AddPrinter(&reader)
    try reader.finish()
    return input
  }

  @Test func takesTheExampleOfTheDocuments() throws {
    let printer = try Self.read(Self.good).printer
    #expect(printer.serial.text == "00M00A000000000")
    #expect(printer.mqttPort == .mqtt)
    #expect(printer.isEnabled)
  }

  @Test func ignoresFieldsThatItDoesNotKnow() throws {
    var body = Self.good.object ?? [:]
    body["colour"] = "red"
    #expect(throws: Never.self) { try Self.read(.object(body)) }
  }

  @Test(
    arguments: [
      ("name", .string("")), ("name", .string(String(repeating: "x", count: 101))), ("name", .int(5)),
      ("name", "two\nlines"), ("ip_address", "http://printer/"), ("ip_address", "256.1.1.1"),
      ("ip_address", "printer:8883"), ("ip_address", "a..b"), ("ip_address", .null), ("serial_number", "short"),
      ("serial_number", "00M/../../etc/pw"), ("serial_number", .int(12_345_678)), ("access_code", ""),
      ("access_code", "with space"), ("access_code", .string(String(repeating: "1", count: 33))),
      ("access_code", ["a"]), ("mqtt_port", .int(0)), ("mqtt_port", .int(65_536)), ("mqtt_port", .int(-1)),
      ("mqtt_port", .double(8883.5)), ("mqtt_port", "8883"), ("ftps_port", .int(Int64.max)),
      ("camera_port", .double(1e300)), ("model", "Voron"), ("enabled", "yes"), ("fingerprint", "abc"),
    ] as [(String, JSONValue)])
  func namesTheFieldThatDoesNotFit(field: String, value: JSONValue) {
    var body = Self.good.object ?? [:]
    body[field] = value
    let fault = #expect(throws: Fault.self) { try Self.read(.object(body)) }
    #expect(fault?.status == 400)
    #expect(fault?.fields.map(\.field) == [field])
    #expect(fault?.message.contains(field) == true)
  }

  @Test func namesAllFieldsAtOnce() {
    let fault = #expect(throws: Fault.self) { try Self.read(["name": "x", "mqtt_port": 0]) }
    #expect(
      Set(fault?.fields.map(\.field) ?? []) == ["ip_address", "serial_number", "access_code", "mqtt_port"])
  }

  @Test(arguments: [.null, [], "text", 5] as [JSONValue]) func refusesABodyThatIsNoObject(body: JSONValue) {
    #expect(throws: Fault.self) { try Self.read(body) }
  }

  @Test func keepsASecretThatIsSentBackAsItReads() throws {
    for kept: JSONValue in [["access_code": ["set": true]], ["access_code": ""], [:]] {
      var reader = try InputReader(kept)
      let input = try ChangePrinter(&reader)
      try reader.finish()
      #expect(input.changes.accessCode == nil)
    }
  }

  @Test func refusesToClearTheAccessCode() throws {
    var reader = try InputReader(["access_code": .null])
    _ = try ChangePrinter(&reader)
    #expect(throws: Fault.self) { try reader.finish() }
  }
}
