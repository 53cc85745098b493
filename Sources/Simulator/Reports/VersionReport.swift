import Model
import Wire

/// The answer to `get_version` (protocol sheet, sections 1.1, 1.2 and 3.8).
enum VersionReport {
  static func info(_ machine: MachineState, sequence: JSONValue) -> JSONValue {
    let traits = ModelTraits(machine.model)
    var ota: [String: JSONValue] = [
      "name": "ota", "sw_ver": .string(machine.firmware), "hw_ver": traits.productName == nil ? "OTA" : "N/A",
      "sn": .string(machine.serial), "flag": 3,
    ]
    if let name = traits.productName {
      ota["product_name"] = .string(name)
      ota["visible"] = true
    }
    var board: [String: JSONValue] = [
      "name": .string(traits.mainBoard.name), "sw_ver": "00.00.50.76", "hw_ver": .string(traits.mainBoard.hardware),
      "sn": "0MDD3D2F7DF5FAB", "flag": 0,
    ]
    if let project = traits.projectName {
      ota["project_name"] = .string(project)
      board["project_name"] = .string(project)
    }
    var modules: [JSONValue] = [.object(ota), .object(board)]
    for (number, unit) in machine.ams.enumerated() {
      var module: [String: JSONValue] = [
        "name": .string("\(unit.kind.modulePrefix)/\(unit.id)"), "sw_ver": "02.00.19.67",
        "hw_ver": .string(unit.kind.hardware), "sn": .string("19C5A9DF0" + suffix(machine.serial, number)),
        "loader_ver": "00.00.00.00", "flag": 0,
      ]
      if traits.productName != nil {
        module["product_name"] = .string("\(unit.kind.productName) (\(number + 1))")
        module["visible"] = true
      }
      modules.append(.object(module))
    }
    for (name, hardware) in [("mc", "MC07"), ("th", "TH09")] {
      modules.append([
        "name": .string(name), "sw_ver": "00.00.32.89", "hw_ver": .string(hardware), "sn": "0MDFBDC6CB852B0",
        "loader_ver": "00.00.00.28", "flag": 0,
      ])
    }
    return [
      "info": [
        "command": "get_version", "sequence_id": sequence, "module": .array(modules), "result": "success",
        "reason": "",
      ]
    ]
  }

  private static func suffix(_ serial: String, _ number: Int) -> String { "\(serial.suffix(5))\(number)" }
}
