import Model
import Wire

/// What can be chosen for the print of an item.
package struct QueueOptions: Hashable, Sendable {
  package var print: PrintOrder.Options
  /// Lifts a difference of the nozzle's diameter, and nothing else.
  package var ignoresMismatch: Bool

  package init(print: PrintOrder.Options = PrintOrder.Options(), ignoresMismatch: Bool = false) {
    self.print = print
    self.ignoresMismatch = ignoresMismatch
  }
}

/// As a row keeps them.
extension QueueOptions {
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    func put(_ key: StaticString, _ value: Bool?) {
      guard let value else { return }
      json.key(key)
      json.write(value)
    }
    put("bed_leveling", print.bedLeveling)
    put("flow_cali", print.flowCalibration)
    put("vibration_cali", print.vibrationCalibration)
    put("layer_inspect", print.layerInspection)
    put("timelapse", print.timelapse)
    put("use_ams", print.usesAMS)
    if let bedType = print.bedType {
      json.key("bed_type")
      json.write(bedType)
    }
    if ignoresMismatch { put("ignore_mismatch", true) }
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  init(json text: String) {
    let json = QueueJSON.parse(text)
    self.init()
    print.bedLeveling = json["bed_leveling"]?.bool
    print.flowCalibration = json["flow_cali"]?.bool
    print.vibrationCalibration = json["vibration_cali"]?.bool
    print.layerInspection = json["layer_inspect"]?.bool
    print.timelapse = json["timelapse"]?.bool
    print.usesAMS = json["use_ams"]?.bool
    print.bedType = json["bed_type"]?.string
    ignoresMismatch = json["ignore_mismatch"]?.bool ?? false
  }
}

enum QueueJSON {
  /// What a later version wrote otherwise is left out.
  static func parse(_ text: String) -> JSONValue {
    (try? JSONParser.parse(text.utf8, limits: .init(bytes: 1 << 18))) ?? .object([:])
  }
}
