import Model
import Reach
import Wire

/// An entity of Home Assistant, by its REST interface (developers.home-assistant.io/docs/api/rest).
struct HomeAssistantPlug: PlugDriver {
  private let server: PlugServer
  private let entity: String
  private let powerEntity: String?
  private let energyEntity: String?

  init(server: PlugServer, options: PlugOptions) {
    self.server = server
    entity = options[.entity] ?? ""
    powerEntity = options[.powerEntity]
    energyEntity = options[.energyEntity]
  }

  let isAtHand = false

  func turn(on: Bool) async throws {
    let domain = entity.prefix { $0 != "." }
    var json = JSONWriter()
    json.write(["entity_id": .string(entity)] as JSONValue)
    _ = try await server.ask(
      "/api/services/\(domain)/turn_\(on ? "on" : "off")", method: .post, body: .json(json.bytes))
  }

  func status() async throws -> PlugReading {
    guard let state = try await server.json("/api/states/\(entity)")["state"]?.string else {
      throw PlugServer.unlike("its answer has no state")
    }
    guard state != "unavailable" else {
      throw Fault(.plugOffline, "Home Assistant says that the plug is unavailable.")
    }
    return PlugReading(
      state: PlugState(word: state), power: try await figure(powerEntity, units: ["W": 1, "kW": 1000, "mW": 0.001]),
      energyTotal: try await figure(energyEntity, units: ["kWh": 1, "Wh": 0.001, "MWh": 1000]))
  }

  func close() async {}

  /// In the first unit of the list; nil where the sensor says nothing or in another unit.
  private func figure(_ entity: String?, units: [String: Double]) async throws -> Double? {
    guard let entity else { return nil }
    let answer = try await server.json("/api/states/\(entity)")
    guard let value = answer["state"]?.figure, let unit = answer.at("attributes.unit_of_measurement")?.string,
      let factor = units[unit]
    else { return nil }
    return value * factor
  }
}
