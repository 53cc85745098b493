import Model
import Rules
package import Wire

/// The settings, each described once: what fits, what holds without a word, and what it is for.
///
/// A new one needs a case and its row in `row`; checking, the configuration file and the API follow.
package enum SettingName: String, CaseIterable, Sendable {
  case defaultFormat = "api.default_format"
  case corsOrigins = "api.cors_origins"
  case allowedHosts = "api.allowed_hosts"
  case trustedProxies = "api.trusted_proxies"
  case authMode = "auth.mode"
  case rateRead = "rate_limit.read"
  case rateWrite = "rate_limit.write"
  case rateControl = "rate_limit.control"
  case connectionsPerAddress = "http.connections_per_address"
  case uploadMaximum = "upload.max_bytes"
  case plugSafeTemperature = "plug.safe_temperature"
  case requirePlateClear = "queue.require_plate_clear"
  case powerOffTemperature = "queue.power_off_temperature"
  case powerOffDelay = "queue.power_off_delay"
  case gcodeAllowAll = "gcode.allow_all"
  case archiveAuto = "archive.auto"
  case archiveQuota = "archive.quota_bytes"
  case archiveKeepDays = "archive.keep_days"
  case archiveBinDays = "archive.bin_days"
  case photoLight = "camera.photo_light"
  case timelapse = "camera.timelapse"
  case timelapseFrames = "camera.timelapse_max_frames"
  case timelapseBytes = "camera.timelapse_max_bytes"
  case timelapseKept = "camera.timelapse_keep_bytes"
  case allowsLoopback = "reach.allow_loopback"
  case progressSteps = "notify.progress_steps"
  case boardButtons = "board.buttons"
  case publishEnabled = "mqtt.publish.enabled"
  case publishHost = "mqtt.publish.host"
  case publishPort = "mqtt.publish.port"
  case publishTLS = "mqtt.publish.tls"
  case publishFingerprint = "mqtt.publish.fingerprint"
  case publishUser = "mqtt.publish.username"
  case publishPassword = "mqtt.publish.password"
  case publishPrefix = "mqtt.publish.topic_prefix"
  case publishDiscovery = "mqtt.publish.discovery_prefix"
  case publishCommands = "mqtt.publish.allow_commands"
  case publishPictures = "mqtt.publish.camera_interval"
  case currency
  case timeZone = "time_zone"
  case energyPrice = "energy.cost_per_kwh"
  case cloudRegion = "cloud.region"
  case cloudBase = "cloud.base_url"
  case updateURL = "update.url"
  case backupDays = "backup.every_days"
  case backupKept = "backup.keep"
  case logLevel = "log.level"

  /// The names of those that nobody is shown, for whoever keeps or copies what is stored.
  package static var secrets: [String] { allCases.filter(\.kind.isSecret).map(\.rawValue) }

  /// One sentence for people.
  package var note: String { row.note }
  package var standard: JSONValue { row.standard }
  package var kind: SettingKind { row.kind }
  package var expectation: String { kind.expectation }

  private static let requests: ClosedRange<Int64> = 0...1_000_000

  typealias Row = (kind: SettingKind, standard: JSONValue, note: String)

  private var row: Row {
    switch self {
    case .defaultFormat:
      (.choice(["bare", "envelope"]), "bare", "How answers look when nobody asks for a format: bare or envelope.")
    case .corsOrigins:
      (
        .texts(of: "origins such as https://dashboard.lan:3000", format: "web-origin") { WebOrigin($0) != nil }, [],
        "Web pages of other origins that may call the API with a key."
      )
    case .allowedHosts:
      (
        .texts(of: "host names or addresses without a port", format: "host") {
          Authority($0).map { $0.port == nil } ?? false
        }, [],
        "Further names by which the service is reached; others are refused with 421."
      )
    case .trustedProxies:
      (
        .texts(of: "addresses or networks such as 127.0.0.1 or 10.0.0.0/8", format: "address-block") {
          AddressBlock($0) != nil
        }, [],
        "Proxies whose X-Forwarded-For, -Proto and -Host are believed."
      )
    case .authMode:
      (
        .choice(["required", "open"]), "required",
        "Whether everything needs a key or sign-in (required), or only what is for admin (open)."
      )
    case .rateRead: (.integer(Self.requests), 100, "Reading requests a minute for each key or address; 0 is no limit.")
    case .rateWrite: (.integer(Self.requests), 30, "Changing requests a minute for each key or address; 0 is no limit.")
    case .rateControl:
      (.integer(Self.requests), 10, "Requests to printers a minute for each key or address; 0 is no limit.")
    case .connectionsPerAddress: (.integer(1...4096), 512, "Connections at once from one address.")
    case .uploadMaximum:
      (.integer(1_048_576...4_294_967_296), 268_435_456, "Bytes of the largest file that is taken or given.")
    case .plugSafeTemperature:
      (.integer(30...120), 50, "°C that no nozzle may be above when a printer's power is cut.")
    case .requirePlateClear:
      (.flag, true, "An item of the queue starts only on a plate that is known to be free.")
    case .powerOffTemperature:
      (
        .integer(30...100), 50,
        "A printer is switched off after an item with auto_power_off once every nozzle is below this, in °C."
      )
    case .powerOffDelay:
      (.integer(0...86_400), 300, "And once so many seconds have gone by since the end of the print.")
    case .gcodeAllowAll:
      (.flag, false, "G-code that people send may hold any command, not only those of the list.")
    case .archiveAuto:
      (.flag, true, "The file of every print is fetched from its printer and kept; the record is made in any case.")
    case .archiveQuota:
      (
        .integer(0...1_099_511_627_776), 0,
        "Bytes of all files of the archive; above it the bin is emptied and the files of the oldest prints go. 0 is no bound."
      )
    case .archiveKeepDays:
      (.integer(0...36_500), 0, "Days after which records of the archive go to the bin; 0 is never.")
    case .archiveBinDays: (.integer(0...3_650), 7, "Days that deleted records stay in the bin; 0 is not at all.")
    case .photoLight:
      (.flag, false, "The chamber light is switched on for a photo where it is off, and off again afterwards.")
    case .timelapse: (.flag, false, "Every print is filmed by its camera, a frame for a layer.")
    case .timelapseFrames:
      (.integer(10...20_000), 3_000, "Frames of a time-lapse at most; of a print with more layers some are left out.")
    case .timelapseBytes:
      (.integer(1_048_576...1_073_741_824), 268_435_456, "Bytes of a time-lapse at most.")
    case .timelapseKept:
      (
        .integer(1_048_576...1_099_511_627_776), 2_147_483_648,
        "Bytes of all time-lapses together; where they are more, the oldest are removed."
      )
    case .allowsLoopback:
      (.flag, true, "Providers, plugs and external cameras may be on this machine itself.")
    case .progressSteps:
      (
        .integers(1...99, most: 20), [25, 50, 75],
        "Per cent of a print at which notifications and webhooks tell its progress."
      )
    case .boardButtons:
      (
        .texts(of: "rows such as triple=pause_resume or long=none", format: "button-row") { ButtonTable.fits($0) }, [],
        "What gestures at the board's button mean, where that is another than in the button table."
      )
    case .publishEnabled, .publishHost, .publishPort, .publishTLS, .publishFingerprint, .publishUser, .publishPassword,
      .publishPrefix, .publishDiscovery, .publishCommands, .publishPictures:
      publishing
    case .currency:
      (
        .text(of: "a code of ISO 4217 such as EUR", pattern: "^[A-Z]{3}$") { text in
          text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        }, "EUR", "What money is counted in, wherever a cost is entered or shown."
      )
    case .timeZone:
      (
        .text(of: "the name of a time zone such as Europe/Berlin", format: "time-zone") {
          ZoneShelf.offsets(named: $0) != nil
        }, "UTC", "Where a day begins: for filters and sums by day, quiet hours and daily digests."
      )
    case .energyPrice:
      (.number(0...1000), 0, "What a kilowatt-hour costs, in the currency; programs that show energy reckon with it.")
    case .cloudRegion:
      (
        .choice(CloudRegion.allCases.map(\.rawValue)), "global",
        "Which of the maker's clouds an account is of; another one signs out. custom is at cloud.base_url."
      )
    case .cloudBase:
      (
        .text(
          of: "empty, or https:// with a host and at most a path (http:// for this machine itself)", shortest: 0,
          format: "cloud-base",
          fits: CloudBase.fits), "",
        "Where the cloud of the region custom is; another one signs out."
      )
    case .updateURL:
      (
        .text(
          of: "an address such as https://updates.example.org/manifest.json without user and password, or empty",
          shortest: 0, format: "web-address"
        ) {
          // Settings are read by many; what is fetched is signed.
          $0.isEmpty || (try? WebAddress($0)).map { $0.place.credentials == nil } ?? false
        }, "", "The signed manifest of newer versions; nothing is asked where it is empty."
      )
    case .backupDays:
      (
        .integer(0...365), 0,
        "A backup without secrets is made by itself after so many days, and kept on the board; 0 is never."
      )
    case .backupKept: (.integer(1...50), 5, "Backups that are kept on the board; the oldest go.")
    case .logLevel:
      (
        .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info", "How much is logged."
      )
    }
  }
}
