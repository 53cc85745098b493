import Model
import Simulator

extension SimulatedPrinter {
  /// For people. The access code is a made-up one, and is here to be used.
  var line: String {
    "\(name): \(model.rawValue) serial \(serial) access code \(accessCode.secret.exposed) mqtt 127.0.0.1:\(mqttPort)"
      + " ftps \(ftpsPort) camera \(cameraPort)"
  }

  /// For programs; names and numbers hold nothing that JSON would escape.
  var jsonLine: String {
    let fields = [
      "\"name\":\"\(name)\"", "\"model\":\"\(model.rawValue)\"", "\"serial_number\":\"\(serial)\"",
      "\"access_code\":\"\(accessCode.secret.exposed)\"", "\"host\":\"127.0.0.1\"", "\"mqtt_port\":\(mqttPort)",
      "\"ftps_port\":\(ftpsPort)", "\"camera_port\":\(cameraPort)",
    ]
    return "{" + fields.joined(separator: ",") + "}"
  }
}
