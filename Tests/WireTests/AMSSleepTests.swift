import Model
import Testing
import Wire

/// An AMS that goes to sleep reports no spools at all, and keeps them (protocol sheet, section 3.5).
@Suite struct AMSSleepTests {
  private static let emptySlots: JSONValue = [["id": "0"], ["id": "1", "state": 0], ["id": "2"], ["id": "3"]]

  private static func asleep(_ units: JSONValue?) -> JSONValue {
    var tree: [String: JSONValue] = [
      "tray_exist_bits": "0", "ams_exist_bits": "0", "power_on_flag": false, "tray_now": "255",
    ]
    tree["ams"] = units
    return .object(tree)
  }

  private static func spool(_ slot: Int64) -> JSONValue {
    ["id": .int(slot), "tray_type": "PLA", "tray_color": "112233FF", "remain": 50]
  }

  /// Two units; the second has one spool less.
  private func machine() throws -> ReportState {
    var state = try ReportState("01P00A000000001")
    state.apply(full: [
      "ams": [
        "ams": [
          ["id": "0", "tray": [Self.spool(0), Self.spool(1)]], ["id": "1", "tray": [Self.spool(0), ["id": "1"]]],
        ], "tray_exist_bits": "13", "ams_exist_bits": "3", "power_on_flag": false,
      ]
    ])
    return state
  }

  private static let lists: [(String, JSONValue?)] = [
    ("no list", nil), ("no unit", []),
    ("units without trays", [["id": "0", "tray": []], ["id": "1"]]),
    ("empty slots", [["id": "0", "tray": emptySlots], ["id": "1", "tray": emptySlots]]),
    ("slots of no type", [["id": "0", "tray": [["id": "0", "tray_type": "", "remain": -1]]], ["id": "1"]]),
  ]

  @Test("Whatever it lists, its units and spools stay", arguments: lists)
  func spoolsStay(name: String, units: JSONValue?) throws {
    let before = try machine().report.ams
    #expect(before.flatMap(\.trays).map(\.isPresent) == [true, true, true, false])
    var partial = try machine()
    partial.apply(partial: ["ams": Self.asleep(units)])
    #expect(Self.spools(partial) == Self.spools(try machine()))
    var full = try machine()
    full.apply(full: ["ams": Self.asleep(units)])
    #expect(Self.spools(full) == Self.spools(try machine()))
  }

  /// The slots with spools, as `unit/slot type`.
  private static func spools(_ state: ReportState) -> [String] {
    state.report.ams.flatMap { unit in
      unit.trays.filter(\.isPresent).map { "\(unit.id)/\($0.slot) \($0.type ?? "-")" }
    }
  }

  @Test("Awake again, it has what it says")
  func awake() throws {
    var state = try machine()
    state.apply(partial: ["ams": Self.asleep([["id": "0", "tray": Self.emptySlots]])])
    state.apply(partial: ["ams": ["tray_exist_bits": "11", "ams_exist_bits": "3", "power_on_flag": true]])
    #expect(Self.spools(state) == ["0/0 PLA", "1/0 PLA"])
  }

  @Test("The last spool of all that is taken out is no sleep")
  func lastSpool() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["tray_exist_bits": "10", "power_on_flag": false]])
    #expect(Self.spools(state) == ["1/0 PLA"])
    state.apply(partial: ["ams": Self.asleep([["id": "1", "tray": [["id": "0"]]]])])
    #expect(Self.spools(state).isEmpty)
  }

  @Test("Units that were unplugged between two sessions are gone")
  func unplugged() throws {
    var state = try machine()
    state.beginSession()
    state.apply(full: ["ams": Self.asleep([])])
    #expect(state.report.ams.isEmpty)
  }
}
