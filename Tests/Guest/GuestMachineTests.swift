import TestKit
import Testing
import Wire

/// What else needs an emulated machine, one after the other.
@Suite(.serialized, .enabled(if: GuestKind.own.folder != nil, "Scripts/guest-machine has made no machine"))
struct Guests {}

extension Guests {
  /// The machine itself, and the service in it as anywhere else.
  struct GuestMachineTests {
    @Test("A guest runs scripts, and tells their output and their failure")
    func scripts() async throws {
      try await GuestMachine.play { guest in
        #expect(try guest.run("echo one; echo two >&2") == "one\ntwo\n")
        #expect(throws: TestKitError.self) { try guest.run("exit 3") }
        try guest.write("three\n", to: "/tmp/file")
        #expect(try guest.read("/tmp/file") == "three\n")
      }
    }

    @Test("A line of a played GPIO chip follows what stands outside")
    func chip() async throws {
      try await GuestMachine.play { guest in
        let chip = try GuestChip(guest, label: "pins", lines: 8, names: [3: "BUTTON"])
        #expect(try guest.run("test -c /dev/\(chip.name) && echo there") == "there\n")
        #expect(try !chip.isHigh(3))
        try chip.pull(3, high: true)
        #expect(try chip.isHigh(3))
        #expect(try !chip.isHigh(4))
      }
    }

    @Test("The service starts in a guest, is killed and comes up again with what it knew")
    func service() async throws {
      try await GuestService.play { service in
        let made = try service.client.send("PATCH", "/api/v1/settings", json: ["log.level": "debug"])
        #expect(made.status == 200)
        try service.kill()
        try await service.start()
        #expect(try service.client.get("/api/v1/settings").json?["log.level"]?.string == "debug")
        try service.stop()
        #expect(service.log.contains("\n"))
      }
    }
  }
}
