import Model
import Simulator
import TestKit
import Testing
import Wire

extension Guests {
  /// A disk of its own that fills up, as no test may do to the machine it runs on.
  struct FullDiskTests {
    private static let folder = "/var/lib/layerberry"

    @Test("A time-lapse ends when the disk is nearly full, plays as far as it goes, and the service lives on")
    func timelapse() async throws {
      var settings = CameraSettings()
      settings.framesPerSecond = 5
      let files = try TemporaryFolder()
      let simulation = try await Simulation.start(
        folder: files.path, printers: [PrinterSpecification(model: .p1s, camera: settings)], speed: 10)
      do { try await Self.play(simulation.printers[0]) } catch {
        await simulation.stop()
        throw error
      }
      await simulation.stop()
    }

    private static func play(_ printer: SimulatedPrinter) async throws {
      try await GuestService.play { guest in
        try guest.run("mkdir -p \(folder) && mount -t tmpfs -o size=160m disk \(folder)")
      } _: { service in
        let client = service.client
        #expect(try client.send("PATCH", "/api/v1/settings", json: ["camera.timelapse": true]).status == 200)
        let entry = (Stage.entry(printer).object ?? [:]).merging(
          ["ip_address": .string(GuestMachine.hostAddress)]) { $1 }
        let added = try client.send("POST", "/api/v1/printers", json: .object(entry))
        #expect(added.status == 201, "\(added.text)")
        try await eventually(within: 60, "it is idle") { () -> Bool? in
          try client.get("/api/v1/printers/1/status").json?["state"] == "idle" ? true : nil
        }
        printer.startPrint(name: "Tower", layers: 200, minutes: 100)
        func film() throws -> JSONValue? { try client.get("/api/v1/printers/1/timelapses").json?.array?.first }
        let number = try await eventually(within: 90, "two layers are filmed") { () -> Int64? in
          guard let film = try film(), case .int(let frames)? = film["frames"], frames >= 2,
            case .int(let id)? = film["id"]
          else { return nil }
          return id
        }
        // 64 MiB are never taken; less than that is left now.
        try service.guest.run("dd if=/dev/zero of=\(folder)/fill bs=1M count=110 2>/dev/null; df -m \(folder)")
        let ended = try await eventually(within: 90, "the film ends") { () -> JSONValue? in
          let film = try film()
          return film?["recording"] == false ? film : .none
        }
        #expect(ended["end_reason"] == "the disk is full")
        let bytes = try client.get("/api/v1/timelapses/\(number)").body
        #expect(bytes.starts(with: "RIFF".utf8))
        #expect(ended["size"] == .int(Int64(bytes.count)))
        #expect(try client.get("/health").status == 200)
        #expect(try client.get("/api/v1/printers/1/status").json?["state"] == "printing")
        // Its room comes back with it.
        #expect(try client.send("DELETE", "/api/v1/timelapses/\(number)").status == 200)
        #expect(try service.guest.run("ls \(folder)/timelapses | wc -l") == "0\n")
      }
    }
  }
}
