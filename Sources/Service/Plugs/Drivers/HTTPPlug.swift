import Model
import Reach
import Wire

/// Anything that is switched by requests to three paths. How it stands is read from a text such as `on`, or from JSON.
struct HTTPPlug: PlugDriver {
  private let server: PlugServer
  private let options: PlugOptions

  init(server: PlugServer, options: PlugOptions) {
    self.server = server
    self.options = options
  }

  let isAtHand = false

  func turn(on: Bool) async throws {
    let path = on ? options[.onPath] ?? "/on" : options[.offPath] ?? "/off"
    _ = try await server.ask(path, method: options[.method].flatMap(WebRequest.Method.init(rawValue:)) ?? .get)
  }

  func status() async throws -> PlugReading {
    PlugReading(try await server.ask(options[.statusPath] ?? "/status"), options)
  }

  func close() async {}
}

extension PlugReading {
  /// From a text or from JSON, by the keys of the options.
  init(_ bytes: [UInt8], _ options: PlugOptions) {
    let json = try? JSONParser.parse(bytes, limits: .init(bytes: 64 * 1024))
    guard let json, json.object != nil || json.array != nil else {
      self.init(state: PlugState(word: Self.word(bytes).filter { $0 != "\"" }))
      return
    }
    self.init(
      state: json.at(options[.stateKey] ?? "state")?.plugState ?? .unknown,
      power: json.at(options[.powerKey] ?? "power")?.figure,
      energyTotal: json.at(options[.energyKey] ?? "energy_total")?.figure)
  }

  /// The first word of a short text.
  static func word(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(256), as: UTF8.self)
    return String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
  }

  /// A text that is a number.
  static func figure(_ bytes: [UInt8]) -> Double? { JSONValue.string(word(bytes)).figure }
}
