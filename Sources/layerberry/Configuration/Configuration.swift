import Glibc
import INI
import Logging
import Model
import Service

/// What the service needs to know before its database is open (contract, section 8).
///
/// Option before environment before file before default.
struct Configuration {
  var data: String
  /// nil listens on all addresses.
  var host: String?
  var port: PortNumber
  /// nil leaves it to the setting `log.level`.
  var logLevel: Logger.Level?
  var trustFolder: String?
  var boardMap: String?
  /// `[settings]` of the file: pinned, so that the API cannot change them.
  var pinned: [PinnedSetting]

  struct PinnedSetting: Hashable {
    var name: String
    var value: String
  }

  /// What was said on the command line; nil where nothing was.
  struct Options {
    var file: String?
    var values: [ConfigurationKey: String] = [:]
  }

  init(options: Options, environment: [String: String]) throws(ConfigurationFailure) {
    var said: [ConfigurationKey: (value: String, place: String)] = [:]
    pinned = []
    if let path = options.file ?? environment["LAYERBERRY_CONFIG"] {
      for entry in try ConfigurationFile(path: path).entries {
        let place = "\(path), line \(entry.line)"
        switch entry.section {
        case "":
          guard let key = ConfigurationKey(rawValue: entry.key) else {
            throw ConfigurationFailure(place: place, problem: Self.unknown(entry.key))
          }
          guard said[key] == nil else {
            throw ConfigurationFailure(place: place, problem: "\(key.rawValue) is there a second time")
          }
          said[key] = (entry.value, place)
        case "settings":
          do throws(InvalidValue) {
            _ = try Settings.pin([(entry.key, entry.value)])
          } catch {
            throw ConfigurationFailure(place: place, problem: error.description)
          }
          pinned.append(PinnedSetting(name: entry.key, value: entry.value))
        default:
          throw ConfigurationFailure(
            place: place, problem: "there is no section [\(entry.section)]; expected [settings] or none")
        }
      }
    }
    for key in ConfigurationKey.allCases {
      if let value = environment[key.environmentName] { said[key] = (value, key.environmentName) }
      if let value = options.values[key] { said[key] = (value, "--\(key.rawValue)") }
    }

    func bad(_ key: ConfigurationKey) -> ConfigurationFailure {
      ConfigurationFailure(place: said[key]?.place ?? "", problem: "\(key.rawValue) \(key.expectation)")
    }
    data = said[.data]?.value ?? Self.defaultDataFolder(environment)
    guard !data.isEmpty else { throw bad(.data) }
    host = said[.host]?.value
    if let text = host {
      guard text.isEmpty || (try? HostName(text)) != nil else { throw bad(.host) }
      if text.isEmpty { host = nil }
    }
    do throws(InvalidValue) {
      guard let number = Int(said[.port]?.value ?? "8000") else { throw InvalidValue("port", "") }
      port = try PortNumber(number, field: "port")
    } catch {
      throw bad(.port)
    }
    logLevel = said[.logLevel].flatMap { Logger.Level(rawValue: $0.value) }
    guard logLevel != nil || said[.logLevel] == nil else { throw bad(.logLevel) }
    trustFolder = said[.trustFolder]?.value
    if let folder = trustFolder, !Self.isReadableFolder(folder) { throw bad(.trustFolder) }
    boardMap = said[.boardMap]?.value
    if let map = boardMap, access(map, R_OK) != 0 { throw bad(.boardMap) }
  }

  private static func unknown(_ key: String) -> String {
    let known = ConfigurationKey.allCases.map(\.rawValue).joined(separator: ", ")
    return "there is no key \(key); expected one of \(known)"
  }

  private static func isReadableFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && access(path, R_OK | X_OK) == 0
  }

  /// Where the data goes when nobody says: systemd's word first, then the usual places.
  static func defaultDataFolder(_ environment: [String: String]) -> String {
    if let folder = environment["STATE_DIRECTORY"], !folder.isEmpty { return folder }
    if geteuid() == 0 { return "/var/lib/layerberry" }
    if let folder = environment["XDG_STATE_HOME"], !folder.isEmpty { return "\(folder)/layerberry" }
    return "\(environment["HOME"] ?? ".")/.local/state/layerberry"
  }
}
