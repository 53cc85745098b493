import Model
import Reach
import TLS
import Wire

/// What is published, and where, as the settings `mqtt.publish.*` say it.
struct PublishPlan: Hashable, Sendable {
  /// What a new session is needed for when it changes.
  struct Line: Hashable, Sendable {
    var broker: BrokerAddress
    var user: String?
    var password: Secret?
    var topics: PublishTopics
  }

  var line: Line
  var allowsCommands: Bool
  /// Seconds between two pictures; 0 is none.
  var pictureInterval: Int

  /// nil where nothing is published.
  init?(_ settings: Settings) {
    guard settings[.publishEnabled].bool == true, let host = try? HostName(settings.text(.publishHost)),
      let port = try? PortNumber(settings.number(.publishPort), field: "port")
    else { return nil }
    let isEncrypted = settings[.publishTLS].bool ?? false
    let user = settings.text(.publishUser)
    let password = settings.text(.publishPassword)
    line = Line(
      broker: BrokerAddress(
        host: host, port: port, isEncrypted: isEncrypted,
        pinned: isEncrypted ? try? Fingerprint(settings.text(.publishFingerprint)) : nil),
      user: user.isEmpty ? nil : user, password: user.isEmpty || password.isEmpty ? nil : Secret(password),
      topics: PublishTopics(prefix: settings.text(.publishPrefix), discovery: settings.text(.publishDiscovery)))
    allowsCommands = settings[.publishCommands].bool ?? false
    pictureInterval = settings.number(.publishPictures)
  }

  /// - Parameter trust: what a person put into the trust folder.
  func session(trusting trust: TrustStore) -> BrokerSession.Settings {
    var made = BrokerSession.Settings(broker: line.broker)
    made.user = line.user
    made.password = line.password
    made.trust = trust
    made.will = (line.topics.status, Array("offline".utf8))
    made.topics = line.topics.births + line.topics.leftovers
    return made
  }
}
