import Model
import Service
import Store
import TestKit
import Testing
import Wire

@Suite struct SettingsTests {
  @Test func aPinnedSettingGoesBeforeTheStandard() async throws {
    let temporary = try TemporaryFolder()
    let database = try Database.open(
      try DataFolder.prepare("\(temporary.path)/data"), role: .tool, now: Timestamp(seconds: 0))
    let settings = try await Settings(
      pinned: [("api.default_format", "envelope")], repository: SettingsRepository(database))
    #expect(settings[.defaultFormat] == "envelope")
    #expect(settings.connectionsPerAddress == 512)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test(arguments: [
    ("api.default_formt", "bare"), ("api.default_format", "xml"), ("http.connections_per_address", "0"),
    ("http.connections_per_address", "many"), ("log.level", "loud"),
  ]) func refusesByName(name: String, value: String) {
    let problem = #expect(throws: InvalidValue.self) { try Settings.pin([(name, value)]) }
    #expect(problem?.field == name)
  }

  @Test func everyStandardFits() throws {
    for name in SettingName.allCases {
      guard let text = name.standard.string else { continue }
      #expect(throws: Never.self) { try Settings.pin([(name.rawValue, text)]) }
    }
  }
}
