import Model
import Wire

/// The lists that a record keeps in one column each.
enum CompactJSON {
  private static let limit = 1 << 20

  // MARK: Texts

  static func text(_ texts: [String]) -> String? {
    guard !texts.isEmpty else { return nil }
    var json = JSONWriter()
    json.beginArray()
    for text in texts { json.write(text) }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  static func texts(_ text: String?) -> [String] { elements(text).compactMap(\.string) }

  // MARK: Filaments

  static func text(_ filaments: [ArchiveFilament]) -> String? {
    guard !filaments.isEmpty else { return nil }
    var json = JSONWriter()
    json.beginArray()
    for filament in filaments {
      json.beginObject()
      if let type = filament.type {
        json.key("type")
        json.write(type)
      }
      if let color = filament.color {
        json.key("color")
        json.write(color)
      }
      if let grams = filament.grams {
        json.key("grams")
        json.write(grams)
      }
      json.endObject()
    }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  static func filaments(_ text: String?) -> [ArchiveFilament] {
    elements(text).map { element in
      ArchiveFilament(
        type: element["type"]?.string, color: element["color"]?.string, grams: number(element["grams"]))
    }
  }

  // MARK: Plates

  static func text(_ plates: [ArchivePlate]) -> String? {
    guard !plates.isEmpty else { return nil }
    var json = JSONWriter()
    json.beginArray()
    for plate in plates {
      json.beginObject()
      json.key("index")
      json.write(plate.index)
      if plate.isPrintable {
        json.key("gcode")
        json.write(true)
      }
      if let seconds = plate.seconds {
        json.key("s")
        json.write(seconds)
      }
      if let grams = plate.grams {
        json.key("g")
        json.write(grams)
      }
      json.endObject()
    }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  static func plates(_ text: String?) -> [ArchivePlate] {
    elements(text).compactMap { element in
      guard case .int(let index)? = element["index"] else { return nil }
      var seconds: Int?
      if case .int(let number)? = element["s"] { seconds = Int(number) }
      return ArchivePlate(
        index: Int(index), isPrintable: element["gcode"]?.bool ?? false, seconds: seconds, grams: number(element["g"]))
    }
  }

  private static func elements(_ text: String?) -> [JSONValue] {
    guard let text else { return [] }
    return (try? JSONParser.parse(text.utf8, limits: .init(bytes: limit)))?.array ?? []
  }

  private static func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .int(let number)?: Double(number)
    case .double(let number)?: number
    default: nil
    }
  }
}
