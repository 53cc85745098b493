import Glibc
import Model
import Simulator
import Store
import TestKit
import Testing

@testable import Service

/// Signing in to the cloud, staying so, and ending it.
@Suite("Signing in to the cloud", .timeLimit(.minutes(1)))
struct CloudSignInTests {
  @Test("A password is enough where the cloud wants no more", arguments: CloudStandManner.allCases)
  func password(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      let standing = try await bench.signIn()
      #expect(standing.state == .signedIn && standing.userName == "Demo" && standing.account == "d•••@example.com")
      #expect(standing.verdict == .valid && standing.base == bench.cloud.url)
      let lasts = try #require(standing.expiresAt).seconds(since: bench.clock.now)
      #expect(lasts > 89 * 86_400 && lasts <= 90 * 86_400)
      #expect(bench.cloud.complaints.isEmpty)
    }
  }

  @Test("A code that was sent is asked for, and a wrong one is told", arguments: CloudStandManner.allCases)
  func code(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(demand: .code), manner) { bench in
      let begun = try await bench.signIn()
      #expect(begun.state == .codeRequired)
      #expect(bench.cloud.codesSent == 1)
      let fault = await CloudBench.fault { try await bench.desk.signIn("demo@example.com", .code(Secret("000000"))) }
      #expect(fault?.status == 409 && fault?.cloud?.code == 2)
      #expect(fault?.message.contains("code is wrong") == true)
      #expect(try await bench.desk.signIn("demo@example.com", .code(Secret("123456"))).state == .signedIn)
      #expect(bench.cloud.complaints.isEmpty)
    }
  }

  @Test("A telephone number gets its code by message")
  func telephone() async throws {
    try await CloudBench.play(CloudStandAccount(name: "+4917012345", demand: .code)) { bench in
      let begun = try await bench.signIn()
      #expect(begun.state == .codeRequired)
      #expect(bench.cloud.requests.last?.path == "/api/v1/user-service/user/sendsmscode")
    }
  }

  @Test("The second factor goes with the web pages' protection, within ten minutes, and for its account only")
  func secondFactor() async throws {
    try await CloudBench.play(CloudStandAccount(demand: .secondFactor)) { bench in
      let early = await CloudBench.fault {
        try await bench.desk.signIn("demo@example.com", .secondFactor(Secret("123456")))
      }
      #expect(early?.status == 409 && early?.code == .cloudError)
      #expect(try await bench.signIn().state == .secondFactorRequired)
      let other = await CloudBench.fault { try await bench.desk.signIn("a@b.c", .secondFactor(Secret("123456"))) }
      #expect(other?.status == 409)
      let wrong = await CloudBench.fault {
        try await bench.desk.signIn("demo@example.com", .secondFactor(Secret("000000")))
      }
      #expect(wrong?.status == 409 && wrong?.message.contains("second factor is wrong") == true)
      #expect(try await bench.desk.signIn("demo@example.com", .secondFactor(Secret("123456"))).state == .signedIn)
      #expect(bench.cloud.complaints.isEmpty)
      try await bench.desk.signOut()
      _ = try await bench.signIn()
      bench.clock.pass(seconds: 601)
      let late = await CloudBench.fault {
        try await bench.desk.signIn("demo@example.com", .secondFactor(Secret("123456")))
      }
      #expect(late?.status == 409)
    }
  }

  @Test("A wrong password is told as one; a door keeper's page is not", arguments: CloudStandManner.allCases)
  func wrongPassword(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      let wrong = await CloudBench.fault { try await bench.desk.signIn("demo@example.com", .password(Secret("no"))) }
      #expect(wrong?.status == 409 && wrong?.message.contains("account and password") == true)
      bench.cloud.fail("/v1/user-service/user/login", with: .challenge)
      let blocked = await CloudBench.fault { try await bench.signIn() }
      #expect(
        blocked?.status == 429 && blocked?.retryAfter == 300 && blocked?.message.contains("password is not") == true)
      // Nothing more is sent until then.
      let count = bench.cloud.requests.count
      #expect(await CloudBench.fault { try await bench.signIn() }?.status == 429)
      #expect(bench.cloud.requests.count == count)
      bench.clock.pass(seconds: 301)
      let standing = try await bench.signIn()
      #expect(standing.state == .signedIn)
    }
  }

  @Test("The token outlives a restart, sealed; without its key file somebody must sign in again")
  func restart() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      let next = try await bench.restarted()
      #expect(try await next.desk.standing().state == .signedIn)
      #expect(await CloudBench.fault { try await next.desk.devices() } == nil)
      unlink(bench.folder.cloudKey)
      let blind = try await next.restarted()
      #expect(try await blind.desk.standing().state == .expired)
      #expect(await CloudBench.fault { try await blind.desk.devices() }?.cloud?.code == 1002)
      #expect(try await blind.signIn().state == .signedIn)
      await blind.desk.stop()
    }
  }

  @Test("At its end the token is gone, and who it was stays", arguments: CloudStandManner.allCases)
  func expiry(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      try await bench.signIn()
      bench.cloud.expireTokens()
      let fault = await CloudBench.fault { try await bench.desk.devices() }
      #expect(fault?.status == 409 && fault?.cloud?.code == (manner == .reference ? 1002 : 4))
      let standing = try await bench.desk.standing()
      #expect(standing.state == .expired && standing.account == "d•••@example.com" && standing.verdict == .invalid)
      // It is not asked again and again.
      let count = bench.cloud.requests.count
      #expect(await CloudBench.fault { try await bench.desk.devices() }?.cloud?.code == 1002)
      #expect(bench.cloud.requests.count == count)
      #expect(try await bench.signIn().state == .signedIn)
      // By its own time, too.
      bench.clock.pass(seconds: 91 * 86_400)
      #expect(try await bench.desk.standing().state == .expired)
    }
  }

  @Test("A 401 that says nothing about the token, and a silent cloud, sign nobody out")
  func passing() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.cloud.fail("/v1/iot-service/api/user/bind", with: .passing401)
      #expect(await CloudBench.fault { try await bench.desk.devices() }?.cloud?.error == "ERR_BAD_REQUEST")
      #expect(try await bench.desk.standing().state == .signedIn)
      bench.cloud.stop()
      bench.clock.pass(seconds: 400)
      let standing = try await bench.desk.standing()
      #expect(standing.state == .signedIn && standing.verdict == .unknown)
    }
  }

  @Test("Another region or base signs out; the old token goes nowhere")
  func otherPlace() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      let other = try StandInCloud()
      bench.place.value = (.custom, other.url)
      // Before anybody has heeded the change.
      #expect(await CloudBench.fault { try await bench.desk.devices() }?.cloud?.message.contains("signed in") == true)
      await bench.desk.heedSettings()
      bench.place.value = (.custom, bench.cloud.url)
      #expect(try await bench.desk.standing().state == .signedOut)
      #expect(other.requests.isEmpty)
      bench.place.value = (.custom, "")
      let fault = await CloudBench.fault { try await bench.signIn() }
      #expect(fault?.status == 502 && fault?.cloud?.error == "ERR_INVALID_URL")
      #expect(fault?.cloud?.message.contains("cloud.base_url must be set") == true)
    }
  }
}
