import Model
import Simulator
import TestKit
import Wire

/// The service with a simulated printer and a real mosquitto to which it publishes.
struct PublishRig {
  let stage: Stage
  let broker: StandInBroker
  let mosquitto: ChildProcess
  let printer: SimulatedPrinter
  let id: Int64

  var base: String { "layerberry/printer/\(printer.serial.text)" }
  var client: HTTPClient { stage.client }

  static func play(
    _ manner: StandInBroker.Manner = StandInBroker.Manner(), settings: [String: JSONValue] = [:],
    printer: PrinterSpecification = PrinterSpecification(model: .p1s), trust: TestCertificate? = nil,
    _ body: (PublishRig) async throws -> Void
  ) async throws {
    let broker = try StandInBroker(manner)
    let mosquitto = try await broker.start()
    let folder = try TemporaryFolder()
    var arguments: [String] = []
    if let trust {
      try folder.write(trust.certificatePEM, as: "authority.pem")
      arguments = ["--trust-folder", folder.path]
    }
    try await Stage.play([printer], speed: 30, arguments: arguments) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let rig = PublishRig(
        stage: stage, broker: broker, mosquitto: mosquitto, printer: stage.printers[0], id: id)
      try rig.set(rig.standard.merging(settings) { $1 })
      try await body(rig)
    }
    withExtendedLifetime(folder) {}
  }

  private var standard: [String: JSONValue] {
    [
      "mqtt.publish.enabled": true, "mqtt.publish.host": "127.0.0.1", "mqtt.publish.port": .int(Int64(broker.port)),
      "mqtt.publish.camera_interval": 0,
    ]
  }

  func set(_ settings: [String: JSONValue]) throws {
    let answer = try client.send("PATCH", "/api/v1/settings", json: .object(settings))
    guard answer.status == 200 else { throw TestKitError(answer.text) }
  }

  static func json(_ text: String?) -> JSONValue {
    text.flatMap { try? JSONParser.parse($0.utf8, limits: .init(bytes: 1 << 20)) } ?? .null
  }

  func config(_ component: String, _ key: String, of object: String? = nil) -> String {
    "homeassistant/\(component)/layerberry/\(object ?? printer.serial.text)_\(key)/config"
  }

  /// What became of a command.
  func command(_ payload: String, to topic: String, _ listener: StandInBroker.Listener) async throws -> JSONValue {
    let before = listener.messages.count { $0.topic == "layerberry/answer" }
    try await broker.publish(payload, to: topic)
    return try await eventually(within: 20, "\(topic) is answered") { () -> JSONValue? in
      let answers = listener.messages.filter { $0.topic == "layerberry/answer" }
      return answers.count > before ? .some(Self.json(answers.last?.payload)) : .none
    }
  }
}
