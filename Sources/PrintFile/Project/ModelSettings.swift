import Model

/// `Metadata/model_settings.config`: names of plates and objects, also of a project that is not sliced.
final class ModelSettings: XMLListener {
  struct Plate {
    var index: Int?
    var name: String?
    /// Objects by the number that `skip_objects` takes, with the object's id in this file.
    var instances: [(identifyID: Int, object: Int)] = []
  }

  private(set) var plates: [Plate] = []
  private(set) var objectNames: [Int: String] = [:]
  private let limits: PrintFileLimits
  private var path: [String] = []
  private var object: Int?
  private var plate: Plate?
  private var instance: (identifyID: Int?, object: Int?)?

  init(_ limits: PrintFileLimits) { self.limits = limits }

  func begin(_ tag: XMLTag) -> Bool {
    defer { path.append(tag.name) }
    switch (tag.name, path.last) {
    case ("object", "config"): object = Numbers.integer(tag["id"], in: 0...Int(Int32.max))
    case ("plate", _): plate = plates.count < limits.plates ? Plate() : nil
    case ("model_instance", "plate"): instance = (nil, nil)
    case ("metadata", let parent?): if let key = tag["key"], let value = tag["value"] { note(key, value, in: parent) }
    default: break
    }
    return true
  }

  func end(_ name: String) {
    if !path.isEmpty { path.removeLast() }
    switch name {
    case "object": object = nil
    case "plate":
      if let plate { plates.append(plate) }
      plate = nil
    case "model_instance":
      if let id = instance?.identifyID, let object = instance?.object, let count = plate?.instances.count,
        count < limits.objects
      {
        plate?.instances.append((id, object))
      }
      instance = nil
    default: break
    }
  }

  private func note(_ key: String, _ value: String, in parent: String) {
    switch (parent, key) {
    case ("object", "name"):
      if let object, objectNames.count < limits.objects { objectNames[object] = Numbers.label(value) }
    case ("plate", "plater_id"): plate?.index = Numbers.integer(value, in: 1...999)
    case ("plate", "plater_name"): plate?.name = Numbers.label(value)
    case ("model_instance", "object_id"): instance?.object = Numbers.integer(value, in: 0...Int(Int32.max))
    case ("model_instance", "identify_id"): instance?.identifyID = Numbers.integer(value, in: 0...Int(Int32.max))
    default: break
    }
  }
}
