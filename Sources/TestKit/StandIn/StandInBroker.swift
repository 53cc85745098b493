import Glibc

/// A real mosquitto on a port of its own, and somebody who listens to all of it.
package final class StandInBroker: Sendable {
  private static let program = "/usr/sbin/mosquitto"
  private static let subscriber = "/usr/bin/mosquitto_sub"
  private static let publisher = "/usr/bin/mosquitto_pub"

  package static var isPossible: Bool {
    let programs: [String] = [program, subscriber, publisher]
    return programs.allSatisfy { program in access(program, X_OK) == 0 }
  }

  /// How it is reached.
  package struct Manner: Sendable {
    package var user: String?
    package var password: String?
    package var certificate: TestCertificate?

    package init(user: String? = nil, password: String? = nil, certificate: TestCertificate? = nil) {
      self.user = user
      self.password = password
      self.certificate = certificate
    }
  }

  package struct Message: Hashable, Sendable {
    package var topic: String
    package var payload: String
    /// It was there before the listener came.
    package var isRetained: Bool
  }

  package let folder: TemporaryFolder
  /// For the service.
  package let port: Int
  private let manner: Manner
  /// Without password or encryption, for the listener.
  private let backPort: Int

  package init(_ manner: Manner = Manner()) throws {
    self.manner = manner
    folder = try TemporaryFolder()
    port = try ServiceProcess.freePort()
    backPort = try ServiceProcess.freePort()
    var lines = [
      "per_listener_settings true", "persistence false", "user root", "log_type none",
      "listener \(backPort) 127.0.0.1", "allow_anonymous true", "listener \(port) 127.0.0.1",
    ]
    if manner.user != nil {
      lines += ["allow_anonymous false", "password_file \(folder.path)/passwords"]
    } else {
      lines.append("allow_anonymous true")
    }
    if let certificate = manner.certificate {
      lines += [
        "certfile \(try folder.write(certificate.certificatePEM, as: "server.pem"))",
        "keyfile \(try folder.write(certificate.keyPEM, as: "server.key", mode: 0o600))",
      ]
    }
    try folder.write(lines.map { "\($0)\n" }.joined(), as: "mosquitto.conf")
  }

  package func start() async throws -> ChildProcess {
    if let user = manner.user, let password = manner.password {
      let hasher = try ChildProcess(
        "/usr/bin/mosquitto_passwd", ["-b", "-c", "\(folder.path)/passwords", user, password])
      guard try await hasher.wait() == 0 else { throw TestKitError(hasher.text) }
    }
    let process = try ChildProcess(Self.program, ["-c", "\(folder.path)/mosquitto.conf"])
    let port = backPort
    _ = try await eventually(within: 10, "mosquitto listens; it said: \(process.text)") { () -> Bool? in
      (try? Connection(port: port)) == nil ? nil : true
    }
    return process
  }

  /// Hears everything from now on, and first what is kept.
  /// - Parameter isHex: payloads come in hexadecimal digits.
  package func listen(to topics: String = "#", isHex: Bool = false) throws -> Listener {
    let format = isHex ? "%r %t %x" : "%r %t %p"
    return Listener(
      process: try ChildProcess(
        Self.subscriber, ["-h", "127.0.0.1", "-p", String(backPort), "-t", topics, "-q", "1", "-F", format]))
  }

  package func publish(_ payload: String, to topic: String, isRetained: Bool = false) async throws {
    let sender = try ChildProcess(
      Self.publisher,
      ["-h", "127.0.0.1", "-p", String(backPort), "-q", "1", "-t", topic, "-m", payload] + (isRetained ? ["-r"] : []))
    guard try await sender.wait() == 0 else { throw TestKitError(sender.text) }
  }

  package struct Listener: Sendable {
    fileprivate let process: ChildProcess

    /// All that it has heard; one line each, so a picture may be several broken ones.
    package var messages: [Message] {
      process.text.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "0" || parts[0] == "1" else { return nil }
        return Message(topic: String(parts[1]), payload: String(parts[2]), isRetained: parts[0] == "1")
      }
    }

    /// The last value of each topic; one that was taken away is empty.
    package var values: [String: String] {
      Dictionary(messages.map { ($0.topic, $0.payload) }) { $1 }
    }

    package func wait(
      within seconds: Double = 15, _ what: String, where fits: ([String: String]) -> Bool
    ) async throws {
      _ = try await eventually(within: seconds, what) { () -> Bool? in fits(values) ? true : nil }
    }

    package func stop() { process.signal(SIGKILL) }
  }
}
