import Glibc
import Model
import Simulator
import TestKit
import Testing

/// No test but a measurement, which `Image/hot-functions` runs: which functions the service needs all the time.
@Suite(.enabled(if: getenv("LAYERBERRY_HOT_FUNCTIONS") != nil, "only Image/hot-functions asks for it"))
struct HotFunctions {
  @Test("The functions that run while four printers print are seen")
  func list() async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator", printers: (1...4).map { _ in PrinterSpecification(model: .x1c) })
    do {
      try await GuestService.play(.arm64) { service in
        _ = try await service.connect(simulation)
        for printer in simulation.printers { printer.startPrint(name: "Bracket", layers: 200, minutes: 60) }
        // What only the start does is over after half a minute.
        let tool = try GuestKind.arm64.path(of: "guest-tool")
        let seen = try service.guest.run("sleep 30; \(tool) functions $(pidof layerberry) /functions 75", within: 300)
        #expect(!seen.isEmpty)
        print(seen)
      }
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }
}
