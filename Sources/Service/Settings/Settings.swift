package import Logging
package import Model
package import Store
import Synchronization
package import Wire

/// The settings as they hold: pinned by the configuration, else from the database, else the standard.
package final class Settings: Sendable {
  private let pinned: [SettingName: JSONValue]
  private let stored: Mutex<[SettingName: JSONValue]>

  /// - Throws: `InvalidValue` with the name of a pinned setting that does not exist or does not fit.
  package init(pinned texts: [(name: String, value: String)], repository: SettingsRepository) async throws {
    pinned = try Self.pin(texts)
    var found: [SettingName: JSONValue] = [:]
    for (text, json) in try await repository.all() {
      // A name of a later version, or a value that fits no more, does not stop the service.
      guard let name = SettingName(rawValue: text),
        let value = try? JSONParser.parse(json.utf8, limits: .init(bytes: 1 << 16)), name.accepts(value)
      else { continue }
      found[name] = value
    }
    stored = Mutex(found)
  }

  /// Checks what a configuration pins, before anything else is touched.
  package static func pin(_ texts: [(name: String, value: String)]) throws(InvalidValue) -> [SettingName: JSONValue] {
    var pinned: [SettingName: JSONValue] = [:]
    for (text, value) in texts {
      guard let name = SettingName(rawValue: text) else {
        let known = SettingName.allCases.map(\.rawValue).joined(separator: ", ")
        throw InvalidValue(text, "is no setting; expected one of \(known)")
      }
      let value = name.value(fromText: value)
      guard name.accepts(value) else { throw InvalidValue(text, name.expectation) }
      pinned[name] = value
    }
    return pinned
  }

  package subscript(_ name: SettingName) -> JSONValue {
    pinned[name] ?? stored.withLock { $0[name] } ?? name.standard
  }
}

extension Settings {
  package var connectionsPerAddress: Int {
    if case .int(let number) = self[.connectionsPerAddress] { Int(number) } else { 512 }
  }

  /// Lifts the list of G-code commands, not their form.
  package var allowsAllGcode: Bool { self[.gcodeAllowAll].bool ?? false }

  /// Bytes of a file that is sent or fetched.
  package var uploadLimit: Int64 {
    if case .int(let number) = self[.uploadMaximum] { number } else { 256 << 20 }
  }

  package var logLevel: Logger.Level { self[.logLevel].string.flatMap(Logger.Level.init(rawValue:)) ?? .info }
}
