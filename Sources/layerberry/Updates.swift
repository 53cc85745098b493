import API
import CUpdateKey
import Glibc
import Logging
import Loop
import Model
import Reach
import Rules
import Service
import TLS

/// The parts that find, check and install updates.
struct Updates: Sendable {
  private let threads: ReachThreads
  private let desk: UpdateDesk
  let operations: [Operation]

  init(
    spool: Spool, settings: Settings, interruption: Interruption, board: BoardDesk, clock: any WallClock,
    logger: Logger,
    rule: @escaping @Sendable () -> AddressRule
  ) {
    threads = ReachThreads(name: "updates", limit: 1)
    desk = UpdateDesk(
      UpdateDesk.Surroundings(
        judge: Self.judge, version: Version.text, slots: NoSlots(),
        source: UpdateSource(client: WebClient(threads: threads, rule: rule)) { settings.updateAddress }, spool: spool,
        objection: { try await interruption.check("An update") }, tell: { await board.setUpdating($0) }, clock: clock,
        logger: logger))
    operations = UpdateRoutes(desk: desk, spool: spool).operations
  }

  /// nil in a build that was given no key.
  private static var judge: UpdateJudge? {
    guard let key = SigningKey(hex: String(cString: layerberry_update_key())),
      let running = ReleaseVersion(Version.text)
    else { return nil }
    var machine = utsname()
    uname(&machine)
    let architecture = withUnsafeBytes(of: &machine.machine) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return UpdateJudge(key: key, running: running, architecture: architecture)
  }

  func stop() async {
    await desk.stop()
    threads.shutdown()
  }
}
