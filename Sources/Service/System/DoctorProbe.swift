import CShims
import Glibc
import Model
package import Rules

/// Looks at this machine for `DoctorRules`, without changing anything.
package struct DoctorProbe: Sendable {
  private let clock: SystemClock
  /// Where programs are looked for.
  private let searchPath: String

  package init(clock: SystemClock = SystemClock(), searchPath: String) {
    self.clock = clock
    self.searchPath = searchPath
  }

  /// - Parameters:
  ///   - folder: where the data lies.
  ///   - problem: why it cannot be used.
  package func storage(_ folder: String, problem: String? = nil) -> DoctorFacts.Storage {
    DoctorFacts.Storage(problem: problem, free: KernelFigures.disk(at: folder).free)
  }

  package var time: DoctorFacts.Clock {
    let isKept = layerberry_clock_is_kept()
    return DoctorFacts.Clock(isSet: clock.isSet, isSynchronized: isKept < 0 ? nil : isKept > 0)
  }

  package var power: DoctorFacts.Power {
    let figures = BoardFigures.read()
    return DoctorFacts.Power(
      isLow: figures.undervoltage.now, wasLow: figures.undervoltage.sinceBoot, isThrottled: figures.throttling.now,
      hottest: figures.temperatures.map(\.celsius).max())
  }

  package func network(_ service: DoctorFacts.Network.Service) -> DoctorFacts.Network {
    DoctorFacts.Network(hasAddress: NetworkPresence.isThere, hasRoute: Self.hasRoute, service: service)
  }

  /// A way to everywhere, by IPv4 or IPv6; nil where the kernel does not say.
  private static var hasRoute: Bool? {
    guard let old = KernelFigures.text(of: "/proc/net/route") else { return nil }
    let hasOld = old.split(separator: "\n").dropFirst().contains { line in
      line.split(separator: "\t").dropFirst().first == "00000000"
    }
    let new = KernelFigures.text(of: "/proc/net/ipv6_route") ?? ""
    return hasOld
      || new.split(separator: "\n").contains { line in
        line.hasPrefix("00000000000000000000000000000000 00 ") && !line.hasSuffix(" lo")
      }
  }

  /// By the names of Debian's packages.
  package var missingPrograms: [String] {
    var missing: [String] = []
    let isThere = searchPath.split(separator: ":").contains { access("\($0)/ffmpeg", X_OK) == 0 }
    if !isThere { missing.append("ffmpeg") }
    for (library, package) in [("libcurl.so.4", "libcurl4"), ("libxlsxwriter.so.4", "libxlsxwriter4")] {
      guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) else {
        missing.append(package)
        continue
      }
      dlclose(handle)
    }
    return missing
  }

  /// Which of these take a connection; blocks for at most `milliseconds`, and for looking up names.
  package static func listening(_ places: [(host: String, port: UInt16)], within milliseconds: Int32) -> [Bool] {
    var open = [Bool](repeating: false, count: places.count)
    var sockets = places.map { Socket(to: $0.host, port: $0.port) }
    let end = KernelFigures.monotonicSeconds() + Double(milliseconds) / 1000
    while true {
      let waiting = sockets.indices.filter { sockets[$0] != nil }
      let left = Int32((end - KernelFigures.monotonicSeconds()) * 1000)
      guard !waiting.isEmpty, left > 0 else { return open }
      var polls = waiting.map { pollfd(fd: sockets[$0]?.descriptor ?? -1, events: Int16(POLLOUT), revents: 0) }
      guard poll(&polls, nfds_t(polls.count), left) > 0 else { return open }
      for (index, entry) in zip(waiting, polls) where entry.revents != 0 {
        open[index] = sockets[index]?.isConnected ?? false
        sockets[index] = nil
      }
    }
  }

  /// A socket on its way; it closes itself.
  private final class Socket {
    let descriptor: Int32

    init?(to host: String, port: UInt16) {
      var hints = addrinfo()
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      var found: UnsafeMutablePointer<addrinfo>?
      guard getaddrinfo(host, String(port), &hints, &found) == 0, let entry = found else { return nil }
      defer { freeaddrinfo(entry) }
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      descriptor = socket(entry.pointee.ai_family, kind, 0)
      guard descriptor >= 0 else { return nil }
      _ = connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var isConnected: Bool {
      var problem: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem == 0
    }
  }
}

/// The doctor within the running service, for the support bundle.
package struct HouseDoctor: Sendable {
  private let probe: DoctorProbe
  private let folder: String
  private let view: FleetView
  private let desk: BoardDesk

  package init(probe: DoctorProbe, folder: String, view: FleetView, desk: BoardDesk) {
    self.probe = probe
    self.folder = folder
    self.view = view
    self.desk = desk
  }

  package func findings() async -> [DoctorFinding] {
    let standing = await desk.standing
    return DoctorRules.findings(
      DoctorFacts(
        storage: probe.storage(folder), clock: probe.time, power: probe.power, network: probe.network(.answers),
        printers: view.all.map { printer in
          DoctorFacts.Printer(
            name: printer.identity.name, isEnabled: printer.identity.isEnabled,
            reach: printer.isConnected ? .connected : printer.problem.map { .refused($0) } ?? .nothing,
            refusesCommands: printer.control == .refused)
        },
        pins: DoctorFacts.Pins(hasMap: !standing.isVirtual, problems: standing.problem.map { [$0] } ?? []),
        missingPrograms: probe.missingPrograms))
  }
}
