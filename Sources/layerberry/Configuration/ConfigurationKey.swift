import Model

/// A key that is needed before the database is open; everything else is a setting in the database.
///
/// This table is the only description: the reader of files, the environment, the options' help and the README's table
/// (`layerberry serve --help-configuration`) come from it.
enum ConfigurationKey: String, CaseIterable {
  case data
  case host
  case port
  case logLevel = "log_level"
  case trustFolder = "trust_folder"
  case boardMap = "board_map"

  /// The variable that sets it: `LAYERBERRY_DATA`, …
  var environmentName: String { "LAYERBERRY_\(rawValue.uppercased())" }

  /// What is expected, as the end of a sentence.
  var expectation: String {
    switch self {
    case .data: "must be the path of a folder that the service may write to"
    case .host: "must be an address of this machine, or empty for all of them"
    case .port: "must be 1 to 65535"
    case .logLevel: "must be one of trace, debug, info, notice, warning, error, critical"
    case .trustFolder: "must be the path of a folder with the maker's CA certificates (*.pem)"
    case .boardMap: "must be the path of a pin map that can be read"
    }
  }

  /// One sentence for people.
  var note: String {
    switch self {
    case .data: "Where the database and all files live."
    case .host: "The address to listen on; all addresses, IPv4 and IPv6, when not given."
    case .port: "The TCP port of the web page and the API."
    case .logLevel: "How much is logged, until the setting log.level says otherwise."
    case .trustFolder: "Where the maker's CA certificates are, if not in the folder trust of the data folder."
    case .boardMap: "The pin map of the board's relays, lights and buttons."
    }
  }

  /// What holds when nobody says anything.
  var defaultText: String {
    switch self {
    case .data: "$STATE_DIRECTORY, else /var/lib/layerberry for root, else ~/.local/state/layerberry"
    case .host: "all addresses"
    case .port: "8000"
    case .logLevel: "info"
    case .trustFolder: "the folder trust in the data folder"
    case .boardMap: "none"
    }
  }
}
