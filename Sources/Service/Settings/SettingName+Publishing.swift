import Model
import Wire

/// The settings `mqtt.publish.*`: what is told to a broker of the user's.
extension SettingName {
  var publishing: Row {
    switch self {
    case .publishHost:
      (
        .text(of: "a host name or address without a port", format: "host-name") { (try? HostName($0)) != nil },
        "homeassistant.local", "The MQTT broker: its name or address."
      )
    case .publishPort: (.integer(1...65_535), 1883, "The broker's port; 8883 is usual with tls.")
    case .publishTLS:
      (
        .flag, false,
        "The connection to the broker is encrypted, and its certificate is held against the system's authorities and the trust folder."
      )
    case .publishFingerprint:
      (
        .text(of: "empty or 64 lower-case hex digits", shortest: 0, pattern: "^([0-9a-f]{64})?$") { text in
          text.isEmpty || (try? Fingerprint(text)) != nil
        }, "", "The SHA-256 of the key of a broker whose certificate no authority has issued; with tls."
      )
    case .publishUser:
      (
        .text(of: "printable ASCII characters", shortest: 0, pattern: "^[ -~]*$") { text in
          text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        }, "", "The broker's user name; empty is none."
      )
    case .publishPassword: (.secret, "", "The broker's password.")
    case .publishPrefix:
      (Self.topic, "layerberry", "What the topics begin with; two boards at one broker need two.")
    case .publishDiscovery: (Self.topic, "homeassistant", "Where Home Assistant looks for what there is.")
    case .publishCommands:
      (.flag, false, "Printers, plugs and the board take commands by way of the broker.")
    case .publishPictures:
      (
        .integer(0...3600), 60,
        "Seconds between two pictures of a camera that are published while its printer has a job; 0 is none."
      )
    default: (.flag, false, "An MQTT broker is told of printers, plugs and the board, as Home Assistant expects it.")
    }
  }

  private static let topic = SettingKind.text(
    of: "a topic such as home/printers: letters, digits, - and _ with / between, at most 64 characters",
    pattern: "^(?=.{1,64}$)[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)*$"
  ) { text in
    (1...64).contains(text.utf8.count)
      && text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
              || byte == 0x2D || byte == 0x5F
          }
      }
  }
}
