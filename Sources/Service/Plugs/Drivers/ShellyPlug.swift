import Model
import Reach
import Synchronization
import Wire

/// A Shelly: generation 1 by `/relay/…` (shelly-api-docs.shelly.cloud/gen1), generation 2 and later by `/rpc/Switch.…`
/// (shelly-api-docs.shelly.cloud/gen2). Which one it is, `/shelly` says to everybody.
final class ShellyPlug: PlugDriver {
  private let server: PlugServer
  /// From 0.
  private let channel: Int
  private let user: Secret?
  private let password: Secret?
  private let generation: Mutex<Int?>

  init(server: PlugServer, channel: Int, generation: Int?, user: Secret?, password: Secret?) {
    self.server = server
    self.channel = channel
    self.user = user
    self.password = password
    self.generation = Mutex(generation)
  }

  let isAtHand = false

  func turn(on: Bool) async throws {
    if try await isFirst {
      _ = try await first.json("/relay/\(channel)?turn=\(on ? "on" : "off")")
    } else {
      _ = try await second.json("/rpc/Switch.Set?id=\(channel)&on=\(on)")
    }
  }

  func status() async throws -> PlugReading { try await isFirst ? try await firstStatus() : try await secondStatus() }

  func close() async {}

  private func firstStatus() async throws -> PlugReading {
    let answer = try await first.json("/status")
    guard let isOn = answer.at("relays.\(channel).ison")?.bool else {
      throw PlugServer.unlike("it has no relay \(channel)")
    }
    let meter = answer.at("meters.\(channel)")
    // In watt-minutes (gen1, "Meters").
    return PlugReading(
      state: PlugState(isOn: isOn), power: meter?["power"]?.figure,
      energyTotal: meter?["total"]?.figure.map { $0 / 60_000 })
  }

  private func secondStatus() async throws -> PlugReading {
    let answer = try await second.json("/rpc/Switch.GetStatus?id=\(channel)")
    guard let isOn = answer["output"]?.bool else { throw PlugServer.unlike("it has no switch \(channel)") }
    // In watt-hours (gen2, "Switch").
    return PlugReading(
      state: PlugState(isOn: isOn), power: answer["apower"]?.figure,
      energyTotal: answer.at("aenergy.total")?.figure.map { $0 / 1000 })
  }

  private var isFirst: Bool {
    get async throws {
      if let known = generation.withLock({ $0 }) { return known == 1 }
      var open = server
      open.authentication = .ofAddress
      let found = Int(try await open.json("/shelly")["gen"]?.figure ?? 1)
      generation.withLock { $0 = found }
      return found == 1
    }
  }

  private var first: PlugServer {
    var server = server
    if let password { server.authentication = .basic(user: user?.exposed ?? "admin", password: password) }
    return server
  }

  /// Its only user is `admin` (gen2, "Authentication").
  private var second: PlugServer {
    var server = server
    if let password { server.authentication = .digest(user: user?.exposed ?? "admin", password: password) }
    return server
  }
}
