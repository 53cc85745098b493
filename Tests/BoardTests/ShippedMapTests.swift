import Board
import Glibc
import INI
import Rules
import Testing

/// The folder Board of the repository: the maps that are shipped, and the tables that people read.
@Suite("What stands in Board/ is what the program does")
struct ShippedMapTests {
  private static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/Board"
  }()

  @Test(
    "each map is sound, and its chip goes by its label",
    arguments: [
      ("raspberry-pi-zero-2-w", "pinctrl-bcm2835"), ("raspberry-pi-3", "pinctrl-bcm2835"),
      ("raspberry-pi-4", "pinctrl-bcm2711"), ("raspberry-pi-5", "pinctrl-rp1"), ("generic", "gpiochip0"),
    ])
  func maps(name: String, chip: String) throws {
    let map = try BoardMap.read(path: "\(Self.folder)/\(name).ini")
    #expect(Set(map.lines.map(\.line.chip)) == [chip])
    #expect(!map.relays.isEmpty && map.lights.count == 1 && map.buttons.count == 1)
    for relay in map.relays {
      #expect(!relay.isSafeOn && !relay.isActiveLow && relay.minimumInterval >= .seconds(1), "\(relay.name)")
    }
  }

  @Test("the maps of one header use the same pins")
  func sameWiring() throws {
    let names = ["raspberry-pi-zero-2-w", "raspberry-pi-3", "raspberry-pi-4", "raspberry-pi-5"]
    let lines = try names.map { try BoardMap.read(path: "\(Self.folder)/\($0).ini").lines.map(\.line.lineText) }
    #expect(Set(lines).count == 1)
  }

  @Test("the light table is the file's, row by row and in its order")
  func lights() throws {
    let entries = try INIDocument(try INIFile.text(of: "\(Self.folder)/led-table")).entries
    #expect(entries.map(\.key) == LEDState.allCases.map(\.rawValue))
    for entry in entries {
      let state = try #require(LEDState(rawValue: entry.key))
      #expect(LEDTable.standard.text(for: state) == entry.value, "\(entry.key)")
      #expect(entry.value == "count" || LEDPattern(entry.value) != nil)
    }
  }

  @Test("the button table is the file's, row by row")
  func buttons() throws {
    let entries = try INIDocument(try INIFile.text(of: "\(Self.folder)/button-table")).entries
    #expect(entries.map(\.key) == ButtonGesture.allCases.map(\.rawValue))
    for entry in entries {
      let gesture = try #require(ButtonGesture(rawValue: entry.key))
      #expect(ButtonTable.standard.action(for: gesture)?.rawValue == entry.value, "\(entry.key)")
    }
  }

  @Test("each line of the maps that a wiring drawing names is one of the maps")
  func drawings() throws {
    let map = try BoardMap.read(path: "\(Self.folder)/raspberry-pi-4.ini")
    let used = Set(map.lines.map { "GPIO\($0.line.lineText)" })
    for (drawing, lines) in [("button-and-light", ["GPIO27", "GPIO5"]), ("relay", ["GPIO17"])] {
      let text = try INIFile.text(of: "\(Self.folder)/wiring/\(drawing).svg")
      for line in lines { #expect(text.contains(line) && used.contains(line), "\(drawing) \(line)") }
      #expect(text.hasPrefix("<svg") && text.contains("<title") && text.contains("Parts: "))
    }
  }
}
