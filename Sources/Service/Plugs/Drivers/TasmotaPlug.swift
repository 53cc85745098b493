import Model
import Reach
import Synchronization
import Wire

/// A plug with Tasmota, by its web requests: `/cm?cmnd=…` (tasmota.github.io/docs/Commands, "With web requests").
final class TasmotaPlug: PlugDriver {
  private let server: PlugServer
  /// From 1.
  private let channel: Int
  private let credentials: String
  /// Whether it measures; nil before it was asked.
  private let measures = Mutex<Bool?>(nil)

  init(server: PlugServer, channel: Int, user: Secret?, password: Secret?) {
    self.server = server
    self.channel = channel
    credentials =
      password.map { "user=\(percentEncoded(user?.exposed ?? "admin"))&password=\(percentEncoded($0.exposed))&" } ?? ""
  }

  let isAtHand = false

  func turn(on: Bool) async throws { _ = try await command("Power\(channel) \(on ? "On" : "Off")") }

  func status() async throws -> PlugReading {
    let answer = try await command("Power\(channel)")
    // With one relay the name has no number (Commands, "Power<x>").
    guard let power = answer["POWER\(channel)"] ?? (channel == 1 ? answer["POWER"] : nil) else {
      throw PlugServer.unlike("it has no relay \(channel)")
    }
    var reading = PlugReading(state: power.plugState)
    guard measures.withLock({ $0 != false }) else { return reading }
    let energy = try await command("Status 8").at("StatusSNS.ENERGY")
    measures.withLock { $0 = energy != nil }
    // Several channels make lists of some values.
    func value(_ name: String) -> Double? { energy?[name].flatMap { $0.array?[at: channel - 1]?.figure ?? $0.figure } }
    reading.power = value("Power")
    reading.energyToday = value("Today")
    reading.energyTotal = value("Total")
    return reading
  }

  func close() async {}

  private func command(_ text: String) async throws -> JSONValue {
    let answer = try await server.json("/cm?\(credentials)cmnd=\(percentEncoded(text))")
    guard answer["WARNING"] == nil else {
      throw Fault(.plugOffline, "The smart plug asks for a password. Enter its user name and password.")
    }
    return answer
  }
}

extension Array {
  subscript(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
