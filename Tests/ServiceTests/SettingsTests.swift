import Model
import Service
import Store
import Synchronization
import TestKit
import Testing
import Wire

@Suite struct SettingsTests {
  private func withSettings(
    pinned: [(name: String, value: String)] = [], _ body: (Settings, SettingsRepository) async throws -> Void
  ) async throws {
    let temporary = try TemporaryFolder()
    let database = try Database.open(
      try DataFolder.prepare("\(temporary.path)/data"), role: .tool, now: Timestamp(seconds: 0))
    let repository = SettingsRepository(database)
    try await body(try await Settings(pinned: pinned, repository: repository), repository)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func aPinnedSettingGoesBeforeTheStandard() async throws {
    try await withSettings(pinned: [("api.default_format", "envelope")]) { settings, _ in
      #expect(settings[.defaultFormat] == "envelope" && settings.isPinned(.defaultFormat))
      #expect(settings.connectionsPerAddress == 512)
    }
  }

  @Test func aChangeIsToldAndKept() async throws {
    try await withSettings { settings, repository in
      let heard = Mutex<[Int]>([])
      settings.follow { settings in heard.withLock { $0.append(settings.number(.rateRead)) } }
      try await settings.change([.rateRead: 7, .allowedHosts: ["a.example"]], now: Timestamp(seconds: 1))
      #expect(settings.number(.rateRead) == 7 && settings.texts(.allowedHosts) == ["a.example"])
      let next = try await Settings(pinned: [], repository: repository)
      #expect(next.number(.rateRead) == 7 && next.texts(.allowedHosts) == ["a.example"])
      try await settings.change([.rateRead: JSONValue?.none], now: Timestamp(seconds: 2))
      #expect(settings.number(.rateRead) == 100)
      #expect(try await repository.all() == ["api.allowed_hosts": "[\"a.example\"]"])
      #expect(heard.withLock { $0 } == [7, 100])
    }
  }

  @Test func aPinnedSettingIsNotChangedAndNothingElseWithIt() async throws {
    try await withSettings(pinned: [("rate_limit.read", "5")]) { settings, repository in
      let fault = await #expect(throws: Fault.self) {
        try await settings.change([.rateRead: 6, .rateWrite: 1], now: Timestamp(seconds: 1))
      }
      #expect(fault?.status == 409 && fault?.message.contains("rate_limit.read") == true)
      #expect(settings.number(.rateRead) == 5 && settings.number(.rateWrite) == 30)
      // What is there already is no change.
      try await settings.change([.rateRead: 5, .rateWrite: 1], now: Timestamp(seconds: 1))
      #expect(settings.number(.rateWrite) == 1)
      #expect(try await repository.all() == ["rate_limit.write": "1"])
    }
  }

  @Test func valuesOfALaterVersionDoNotStopTheService() async throws {
    try await withSettings { _, repository in
      _ = try await repository.change(
        ["future.thing": "1", "rate_limit.read": "\"many\"", "auth.mode": "\"open\""], now: Timestamp(seconds: 0)
      ) { 1 }
      let settings = try await Settings(pinned: [], repository: repository)
      #expect(settings.number(.rateRead) == 100 && settings[.authMode] == "open")
    }
  }

  @Test(arguments: [
    ("api.default_formt", "bare"), ("api.default_format", "xml"), ("http.connections_per_address", "0"),
    ("http.connections_per_address", "many"), ("log.level", "loud"), ("auth.mode", "none"), ("rate_limit.read", "-1"),
    ("api.cors_origins", "*"), ("api.cors_origins", "https://a.example, dashboard"),
    ("api.allowed_hosts", "a.example:80"),
    ("api.trusted_proxies", "proxy.lan"), ("api.trusted_proxies", "10.0.0.0/64"), ("gcode.allow_all", "yes"),
  ]) func refusesByName(name: String, value: String) {
    let problem = #expect(throws: InvalidValue.self) { try Settings.pin([(name, value)]) }
    #expect(problem?.field == name)
  }

  @Test func readsListsWithCommas() throws {
    let pinned = try Settings.pin([
      ("api.trusted_proxies", "127.0.0.1, 10.0.0.0/8,::1"), ("api.cors_origins", " https://a.example:3000 "),
      ("api.allowed_hosts", ""),
    ])
    #expect(pinned[.trustedProxies] == ["127.0.0.1", "10.0.0.0/8", "::1"])
    #expect(pinned[.corsOrigins] == ["https://a.example:3000"])
    #expect(pinned[.allowedHosts] == [])
  }

  @Test(arguments: SettingName.allCases) func everyStandardFits(name: SettingName) {
    #expect(name.kind.taken(name.standard) == name.standard)
    #expect(name.note.hasSuffix("."))
  }
}
