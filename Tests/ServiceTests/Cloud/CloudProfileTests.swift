import Model
import Simulator
import Store
import TestKit
import Testing
import Wire

@testable import Service

/// Profiles, prints and messages of the account.
@Suite("The cloud's lists", .timeLimit(.minutes(1)))
struct CloudProfileTests {
  private static func fill(_ cloud: StandInCloud) {
    for number in 1...250 { cloud.put(profile: "GP\(1000 + number)", type: .print, name: "p \(number)", isOwn: false) }
    cloud.put(profile: "PF1", type: .filament, name: "My PLA @P1S", isOwn: true)
    cloud.put(profile: "PM1", type: .printer, name: "My P1S", isOwn: true)
  }

  @Test(
    "A sync brings all pages, says what has changed, and is there without the cloud",
    arguments: CloudStandManner.allCases)
  func sync(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      Self.fill(bench.cloud)
      #expect(await CloudBench.fault { try await bench.desk.sync() }?.status == 409)
      try await bench.signIn()
      #expect(try await bench.desk.sync().changes == .init(added: 252, changed: 0, removed: 0))
      #expect(try await bench.desk.sync().changes == .init(added: 0, changed: 0, removed: 0))
      bench.cloud.put(profile: "PF1", type: .filament, name: "My PLA @P1S", isOwn: true, version: "2.0.0.0")
      bench.cloud.remove(profile: "GP1001")
      bench.cloud.put(profile: "PP9", type: .print, name: "mine", isOwn: true)
      #expect(try await bench.desk.sync().changes == .init(added: 1, changed: 1, removed: 1))
      bench.cloud.stop()
      #expect(await CloudBench.fault { try await bench.desk.sync() }?.cloud?.error == "ERR_NETWORK")
      let all = try await bench.desk.profiles(type: nil, limit: 500, offset: 0)
      #expect(all.total == 252 && all.profiles.count == 252)
      let own = try await bench.desk.profiles(type: .filament, limit: 10, offset: 0).profiles
      #expect(own.map(\.id) == ["PF1"] && own.map(\.name) == ["My PLA"] && own.map(\.version) == ["2.0.0.0"])
      // One's own come with their settings.
      #expect(try await bench.desk.profile("PF1").settings == ["layer_height": "0.2"])
      #expect(await CloudBench.fault { try await bench.desk.profile("GP1002") }?.cloud?.error == "ERR_NETWORK")
      #expect(await CloudBench.fault { try await bench.desk.profile("GP1001") }?.code == .profileNotFound)
      #expect(bench.cloud.complaints.isEmpty)
    }
  }

  @Test("A token that ends in mid-sync leaves what was there", arguments: CloudStandManner.allCases)
  func expiryInMidSync(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      Self.fill(bench.cloud)
      try await bench.signIn()
      _ = try await bench.desk.sync()
      bench.cloud.remove(profile: "GP1001")
      for number in 1...5 { bench.cloud.put(profile: "PN\(number)", type: .print, name: "new", isOwn: true) }
      bench.cloud.fail("/v1/iot-service/api/slicer/setting/PN3", with: .expiry)
      let fault = await CloudBench.fault { try await bench.desk.sync() }
      #expect(fault?.status == 409 && fault?.cloud?.endsSession == true)
      #expect(try await bench.desk.standing().state == .expired)
      let all = try await bench.desk.profiles(type: nil, limit: 500, offset: 0)
      #expect(all.total == 252 && all.profiles.contains { $0.id == "GP1001" })
      try await bench.signIn()
      #expect(try await bench.desk.sync().changes == .init(added: 5, changed: 0, removed: 1))
    }
  }

  @Test("A version that the cloud does not take has a name of its own")
  func version() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.cloud.fail("/v1/iot-service/api/slicer/setting", with: .page(422))
      #expect(await CloudBench.fault { try await bench.desk.sync() }?.cloud?.error == "ERR_UPDATER_INVALID_VERSION")
    }
  }

  @Test("A template is made there and kept here", arguments: CloudStandManner.allCases)
  func template(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      try await bench.signIn()
      let made = try await bench.desk.makeTemplate(
        name: "Slow", type: .print, baseID: "GP004", settings: ["outer_wall_speed": "60"])
      #expect(made.profile.isOwn && made.profile.id == "PPUS1")
      bench.cloud.stop()
      #expect(try await bench.desk.profile("PPUS1").settings == ["outer_wall_speed": "60"])
    }
  }

  @Test("Prints come page by page", arguments: CloudStandManner.allCases)
  func tasks(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      bench.cloud.setTasks(
        (1...250).reversed().map { number in
          [
            "id": .int(Int64(number)), "title": .string("print \(number)"), "status": 2,
            "deviceId": .string(number % 2 == 0 ? "EVEN" : "ODD"),
          ]
        })
      try await bench.signIn()
      let first = try await bench.desk.tasks(device: nil, visible: nil, limit: 20, offset: 0)
      #expect(first.total == 250 && first.tasks.map(\.task.id) == (231...250).reversed().map(String.init))
      let late = try await bench.desk.tasks(device: nil, visible: nil, limit: 20, offset: 240)
      #expect(late.tasks.map(\.task.id) == (1...10).reversed().map(String.init))
      let odd = try await bench.desk.tasks(device: "ODD", visible: nil, limit: 2, offset: 0)
      #expect(odd.total == 125 && odd.tasks.map(\.task.id) == ["249", "247"])
      // Whoever may see certain printers sees prints of no others.
      #expect(
        try await bench.desk.tasks(device: nil, visible: [PrinterID(rawValue: 1)], limit: 20, offset: 0).total == 0)
      #expect(bench.cloud.complaints.isEmpty)
    }
  }

  @Test("S2's six names are told to people as ours, each once")
  func messages() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      let names = CloudEvent.Kind.allCases
      for (index, kind) in names.enumerated() {
        bench.cloud.add(message: ["id": .int(Int64(index + 1)), "type": .string(kind.cloudName), "title": "t"])
      }
      bench.cloud.add(message: ["id": 99, "type": "something.else"])
      _ = try await bench.desk.sync()
      #expect(bench.told.notices.map(\.event) == names.map(\.rawValue))
      _ = try await bench.desk.sync()
      #expect(bench.told.notices.count == names.count)
      // That the cloud has no such list is no failure.
      bench.cloud.fail("/v1/user-service/my/messages", with: .code(404))
      #expect(await CloudBench.fault { try await bench.desk.sync() } == nil)
    }
  }
}
