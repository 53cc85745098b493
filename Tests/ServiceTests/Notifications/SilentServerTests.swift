import Model
import Rules
import Store
import TestKit
import Testing
import Wire

@testable import Service

/// Servers that let us wait, and those who must not wait for them.
@Suite("Silent servers", .timeLimit(.minutes(1)))
struct SilentServerTests {
  @Test("A mail server that falls silent in mid-conversation is tried again: nothing is lost, and nobody else waits")
  func mail() async throws {
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.isImplicit = true
    manners.login = ("me", "word")
    // Before its greeting, at each step, and with the whole message in its hands.
    manners.silences = ["HELLO", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"]
    let post = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    let hook = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play(deadline: .seconds(1), authorities: authority.path) { bench in
      let mail = try await bench.add("") { edit in
        edit.type = .email
        edit.config = [
          .host: "localhost", .port: .int(Int64(post.port)), .security: "tls", .username: "me", .password: "word",
          .from: "board@example.org", .to: ["me@example.org"],
        ]
      }
      _ = try await bench.add(hook.url)
      for number in 1...3 { bench.tell(number) }
      try await eventually(within: 20, "the webhook has all three") { hook.requests.count == 3 ? true : nil }
      #expect(post.mails.isEmpty && post.begun < manners.silences.count)
      try await eventually(within: 40, "the mails have come") {
        try await bench.states(mail) == ["sent", "sent", "sent"] ? true : nil
      }
      let told = post.mails.map { mail in mail.lines.first { $0.hasPrefix("Message-ID:") } }
      #expect(told.count == 3 && Set(told).count == 3)
      let jobs = try post.mails.map { mail in
        let text = mail.lines.compactMap { Base64.decode(Array($0.utf8)) }.flatMap(\.self)
        return try #require((1...3).first { String(decoding: text, as: UTF8.self).contains("job \($0)") })
      }
      #expect(jobs == [1, 2, 3])
      #expect(post.begun == manners.silences.count + 3)
      let rows = try await bench.desk.history(provider: mail, event: nil, state: nil, limit: 9, offset: 0).rows
      #expect(rows.map(\.attempts) == [1, 1, manners.silences.count + 1])
    }
  }

  @Test("A server that says nothing to a goodbye has taken the mail: it is not sent twice")
  func goodbye() async throws {
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.silences = ["QUIT"]
    let post = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    try await OutboxBench.play(deadline: .seconds(5), authorities: authority.path) { bench in
      let mail = try await bench.add("") { edit in
        edit.type = .email
        edit.config = [
          .host: "localhost", .port: .int(Int64(post.port)), .security: "none", .from: "board@example.org",
          .to: ["me@example.org"],
        ]
      }
      let begun = ContinuousClock.now
      bench.tell(1)
      let row = try await eventually(within: 20, "it was tried") { () -> NotificationRecord? in
        let row = try await bench.desk.history(provider: mail, event: nil, state: nil, limit: 9, offset: 0).rows.first
        return row?.attempts == 0 ? nil : row
      }
      #expect(row.state == .sent && row.attempts == 1, "\(row.error ?? "")")
      #expect(ContinuousClock.now - begun < .seconds(15))
      #expect(post.begun == 1 && post.mails.count == 1)
    }
  }

  @Test("However many let requests hang, one that works is told at once")
  func many() async throws {
    let silent = try StandInServer { _ in .silence }
    let hook = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { bench in
      for _ in 1...7 { _ = try await bench.add(silent.url) }
      bench.tell(1)
      try await eventually(within: 20, "all seven hang") { silent.requests.count == 7 ? true : nil }
      _ = try await bench.add(hook.url)
      bench.tell(2)
      try await eventually(within: 10, "it is told") {
        try await bench.states().contains("sent") && hook.requests.count == 1 ? true : nil
      }
    }
  }
}
