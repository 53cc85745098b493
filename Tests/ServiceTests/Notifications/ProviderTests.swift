import Loop
import Model
import Reach
import Rules
import Store
import TestKit
import Testing
import Wire

@testable import Service

/// Every provider against a stand-in that checks requests as the vendor documents them.
@Suite("Providers", .timeLimit(.minutes(2)))
struct ProviderTests {
  private static func sender(_ rule: AddressRule, deadline: Duration? = nil) -> NotificationSender {
    let threads = ReachThreads(name: "test", limit: 2)
    let lookup: NameResolver.Lookup = { _ in ["127.0.0.1"] }
    var sender = NotificationSender(
      web: WebClient(threads: threads, rule: { rule }, lookup: lookup),
      mail: MailClient(threads: threads, rule: { rule }, lookup: lookup))
    sender.deadline = deadline
    return sender
  }

  private static func message(photo: String? = nil) -> OutgoingMessage {
    var message = OutgoingMessage(test: "17", provider: "x", now: Timestamp(seconds: 1_705_329_000))
    message.event = "print_complete"
    message.title = Vendor.title
    message.message = Vendor.message
    message.data = #"{"filename":"benchy.3mf"}"#
    if let photo { message.photo = .init(path: photo, bytes: Int64(Vendor.photo.count)) }
    return message
  }

  private static let open = AddressRule(allowsLoopback: true, ownPorts: [])

  private static func send(
    _ vendor: Vendor, to url: String, rule: AddressRule = open, photo: String? = nil,
    deadline: Duration? = nil
  ) async throws -> DeliveryVerdict {
    let config = try ProviderConfig(vendor.type, vendor.config(url), rule: rule)
    return await sender(rule, deadline: deadline).send(message(photo: photo), by: config)
  }

  @Test("the request is the documented one, and its answer is understood", arguments: Vendor.all)
  func documented(vendor: Vendor) async throws {
    let server = try StandInServer { _ in vendor.success }
    #expect(try await Self.send(vendor, to: server.url) == .taken)
    let seen = try #require(server.requests.first)
    #expect(vendor.objection(seen, false) == nil)
    #expect(server.requests.count == 1)
  }

  @Test("the picture itself goes along where the provider can carry one", arguments: Vendor.all)
  func pictures(vendor: Vendor) async throws {
    let folder = try TemporaryFolder()
    let photo = try folder.write(bytes: Vendor.photo, as: "photo.jpg")
    let server = try StandInServer { _ in vendor.success }
    #expect(try await Self.send(vendor, to: server.url, photo: photo) == .taken)
    let seen = try #require(server.requests.first)
    #expect(vendor.objection(seen, vendor.takesPhotos) == nil)
  }

  @Test("429 says when to come back, 500 passes, 401 and 404 do not", arguments: Vendor.all)
  func statuses(vendor: Vendor) async throws {
    let table: [(StandInReply, DeliveryRule.Failure)] = [
      (.answer(429, headers: [("Retry-After", "7")]), .passing(retryAfter: 7)),
      (.answer(429, headers: [("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT")]), .passing(retryAfter: nil)),
      (.answer(500), .passing(retryAfter: nil)), (.answer(503), .passing(retryAfter: nil)),
      (.answer(401), .final), (.answer(404), .final), (.answer(400), .final),
    ]
    for (reply, expected) in table {
      let server = try StandInServer { _ in reply }
      guard case .refused(let failure, let reason) = try await Self.send(vendor, to: server.url) else {
        Issue.record("\(reply) was taken for a success")
        continue
      }
      #expect(failure == expected, "\(reply)")
      #expect(reason.contains("answered"))
    }
  }

  @Test("Telegram and Discord say in the body how long to wait")
  func waitsInBodies() async throws {
    let telegram = try StandInServer { _ in
      .json(429, #"{"ok":false,"error_code":429,"description":"Too Many","parameters":{"retry_after":35}}"#)
    }
    guard case .refused(let failure, _) = try await Self.send(.telegram, to: telegram.url) else {
      throw TestKitError("taken")
    }
    #expect(failure == .passing(retryAfter: 35))
    let discord = try StandInServer { _ in .json(429, #"{"message":"limited","retry_after":1.5,"global":false}"#) }
    guard case .refused(let other, _) = try await Self.send(.discord, to: discord.url) else {
      throw TestKitError("taken")
    }
    #expect(other == .passing(retryAfter: 1.5))
  }

  @Test("TLS that is not trusted, redirects in a circle and cut answers are failures", arguments: Vendor.all)
  func network(vendor: Vendor) async throws {
    let authority = try StandInAuthority()
    let rule = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authority.path)
    let secured = try StandInServer(certificate: try authority.certificate(for: "localhost")) { _ in vendor.success }
    #expect(try await Self.send(vendor, to: secured.url, rule: rule) == .taken)
    let foreign = try StandInServer(certificate: try StandInAuthority().certificate(for: "localhost")) { _ in
      vendor.success
    }
    let circle = try StandInServer { .redirect(307, to: $0.target) }
    let cut = try StandInServer { _ in .cut }
    for url in [foreign.url, circle.url, cut.url] {
      guard case .refused(_, let reason) = try await Self.send(vendor, to: url, rule: rule) else {
        Issue.record("\(url) was taken for a success")
        continue
      }
      // Nothing of a secret in what people read.
      for secret in ["tk_1", "123:abc", "/token", "Ap.p", "device_key"] { #expect(!reason.contains(secret)) }
    }
    #expect(foreign.requests.isEmpty)
    #expect(circle.requests.count == 4)
  }

  @Test("one that says nothing fails at its deadline, and is tried again", arguments: Vendor.all)
  func silence(vendor: Vendor) async throws {
    let server = try StandInServer { _ in .silence }
    let began = ContinuousClock.now
    guard case .refused(let failure, let reason) = try await Self.send(vendor, to: server.url, deadline: .seconds(1))
    else {
      Issue.record("silence was taken for a success")
      return
    }
    #expect(failure == .passing(retryAfter: nil) && !reason.isEmpty)
    #expect(ContinuousClock.now - began < .seconds(15))
    #expect(server.requests.count == 1)
  }

  @Test(
    "an answer of 1 GB is cut: its status counts, or it is refused where the answer itself says what became of it",
    arguments: Vendor.all)
  func longAnswer(vendor: Vendor) async throws {
    let server = try StandInServer { _ in .long(1 << 30) }
    let begun = ContinuousClock.now
    let verdict = try await Self.send(vendor, to: server.url)
    #expect(ContinuousClock.now - begun < .seconds(10) && server.requests.count == 1)
    if case .refused(let failure, let reason) = verdict {
      #expect(failure == .passing(retryAfter: nil) && !reason.contains("xxx"), "\(reason)")
    } else {
      #expect(verdict == .taken)
    }
    if vendor.type == .webhook { #expect(verdict == .taken) }
  }

  @Test("mail goes out with the picture")
  func mail() async throws {
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.isImplicit = true
    manners.login = ("me", "word")
    let stand = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    let rule = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authority.path)
    let folder = try TemporaryFolder()
    let photo = try folder.write(bytes: Vendor.photo, as: "photo.jpg")
    var values = ["host": "localhost", "username": "me", "password": "word", "from": "board@example.org"].asConfig
    values[.port] = .int(Int64(stand.port))
    values[.to] = ["me@example.org", "you@example.org"]
    let config = try ProviderConfig(.email, values, rule: rule)
    #expect(await Self.sender(rule).send(Self.message(photo: photo), by: config) == .taken)
    let mail = try #require(stand.mails.first)
    #expect(mail.to == ["me@example.org", "you@example.org"])
    #expect(mail.lines.contains("Subject: Print finished"))
    #expect(mail.lines.contains(Base64.encode(Vendor.photo)))
    #expect(mail.lines.contains("Message-ID: <layerberry-17@example.org>"))
  }

  @Test("configs that do not fit are refused with the field at fault")
  func badConfigs() throws {
    let own = AddressRule(allowsLoopback: true, ownPorts: [try PortNumber(8000, field: "port")])
    let table: [(ProviderType, [ProviderField: JSONValue], String)] = [
      (.webhook, [:], "config.url"), (.webhook, [.url: 7], "config.url"), (.webhook, [.url: .null], "config.url"),
      (.webhook, [.url: "file:///etc/passwd"], "config.url"),
      (.webhook, [.url: "http://127.0.0.1:8000/"], "config.url"),
      (.webhook, [.url: "http://localhost:8000/"], "config.url"),
      (.webhook, [.url: "http://[::1]:8000/"], "config.url"),
      (.webhook, [.url: "http://169.254.169.254/"], "config.url"),
      (.webhook, [.url: "http://224.0.0.1/"], "config.url"),
      (.webhook, [.url: "http://a/", .secret: ["set": true]], "config.secret"),
      (.ntfy, [.topic: "a/b"], "config.topic"), (.ntfy, [.topic: "?x"], "config.topic"),
      (.ntfy, [.topic: .array([])], "config.topic"), (.telegram, [.token: "a/../b", .chatID: "1"], "config.token"),
      (.telegram, [.token: "1:a"], "config.chat_id"), (.telegram, [.token: "1:a", .chatID: true], "config.chat_id"),
      (.discord, [.webhookURL: "ftp://x/"], "config.webhook_url"), (.pushover, [.token: "a"], "config.user_key"),
      (.homeAssistant, [.url: "http://a/", .token: "t", .service: "a/b"], "config.service"),
      (.bark, [.deviceKey: ""], "config.device_key"), (.gotify, [.url: "http://a/", .token: "a\r\nb"], "config.token"),
      (.email, [.host: "mail", .from: "me@x", .to: []], "config.to"),
      (.email, [.host: "mail", .from: "me@x", .to: ["a@b\r\nRCPT TO:<c@d>"]], "config.to"),
      (.email, [.host: "mail/", .from: "me@x", .to: ["a@b"]], "config.host"),
      (.email, [.host: "mail", .port: 70000, .from: "me@x", .to: ["a@b"]], "config.port"),
      (.email, [.host: "mail", .port: "25", .from: "me@x", .to: ["a@b"]], "config.port"),
      (.email, [.host: "mail", .security: "ssl", .from: "me@x", .to: ["a@b"]], "config.security"),
      (
        .email, [.host: "m", .security: "none", .username: "a", .password: "b", .from: "me@x", .to: ["a@b"]],
        "config.security"
      ),
      (.email, [.host: "m", .username: "a", .from: "me@x", .to: ["a@b"]], "config.username"),
      (.email, [.host: "169.254.1.1", .from: "me@x", .to: ["a@b"]], "config.host"),
    ]
    for (type, values, field) in table {
      do throws(InvalidValue) {
        _ = try ProviderConfig(type, values, rule: own)
        Issue.record("\(type) took \(values)")
      } catch {
        #expect(error.field == field, "\(type) \(values)")
      }
    }
  }
}
