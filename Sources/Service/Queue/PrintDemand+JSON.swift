import Model
import Rules
import Wire

/// What a plate asks of a printer, as the queue's row keeps it.
extension PrintDemand {
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    if let model {
      json.key("model")
      json.write(model.rawValue)
    }
    json.key("nozzles")
    json.beginArray()
    for diameter in nozzleDiameters { json.write(diameter) }
    json.endArray()
    json.key("filament_count")
    json.write(filamentCount)
    if let duration {
      json.key("seconds")
      json.write(duration)
    }
    json.key("plain")
    json.write(isPlainGcode)
    json.key("filaments")
    json.beginArray()
    for filament in filaments { Self.write(filament, to: &json) }
    json.endArray()
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ filament: Filament, to json: inout JSONWriter) {
    json.beginObject()
    json.key("index")
    json.write(filament.index)
    json.key("type")
    json.write(filament.type)
    if let color = filament.color {
      json.key("color")
      json.write(color)
    }
    if let id = filament.filamentID {
      json.key("filament_id")
      json.write(id)
    }
    if let nozzle = filament.nozzle {
      json.key("nozzle")
      json.write(nozzle)
    }
    json.endObject()
  }

  init(json text: String) {
    let json = QueueJSON.parse(text)
    func number(_ value: JSONValue?) -> Int? {
      if case .int(let number)? = value { Int(clamping: number) } else { nil }
    }
    func diameter(_ value: JSONValue) -> Double? {
      switch value {
      case .double(let number): number
      case .int(let number): Double(number)
      default: nil
      }
    }
    self.init(
      model: json["model"]?.string.flatMap(PrinterModel.init(rawValue:)),
      nozzleDiameters: (json["nozzles"]?.array ?? []).compactMap(diameter),
      filaments: (json["filaments"]?.array ?? []).compactMap { filament in
        guard let index = number(filament["index"]) else { return nil }
        return Filament(
          index: index, type: filament["type"]?.string ?? "", color: filament["color"]?.string,
          filamentID: filament["filament_id"]?.string, nozzle: number(filament["nozzle"]))
      },
      filamentCount: number(json["filament_count"]) ?? 0, duration: number(json["seconds"]),
      isPlainGcode: json["plain"]?.bool ?? false)
  }
}

extension PrintDemand {
  /// What one plate of a file asks for.
  init(_ facts: PrintFileFacts, plate: PrintPlate) {
    let nozzles = plate.nozzleDiameters.isEmpty ? facts.nozzleDiameters : plate.nozzleDiameters
    self.init(
      model: plate.printerModel ?? facts.printerModel, nozzleDiameters: nozzles,
      filaments: plate.filaments.filter(\.isUsed).map { filament in
        Filament(
          index: filament.mappingIndex, type: filament.type ?? "", color: filament.color.flatMap(Self.rgb),
          filamentID: filament.trayInfoIndex, nozzle: filament.nozzle)
      }, filamentCount: facts.filamentCount, duration: plate.seconds, isPlainGcode: facts.kind == .gcode)
  }

  /// RRGGBB in capitals, of `#RRGGBB` or `#RRGGBBAA`.
  private static func rgb(_ text: String) -> String? {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard digits.utf8.count == 6 || digits.utf8.count == 8, UInt32(digits, radix: 16) != nil else { return nil }
    return digits.prefix(6).uppercased()
  }
}
