package import Logging
package import Model
import Wire
package import Loop

/// Hears printers announce themselves on every interface, and asks for them on demand (protocol sheet, section 2).
///
/// Confined to its loop; with nobody announcing it costs no wake-up. What it hears are hints. A port that cannot be
/// opened is in `failures` and in the log, and the rest works without it.
package final class PrinterDiscovery {
  /// Where to listen and to ask. The defaults are the printers'; tests take others.
  package struct Settings: Sendable {
    /// UDP; 0 lets the kernel choose. Default 2021 and 1990.
    package var ports: [UInt16] = [2021, 1990]
    /// Where searches go: the group and each interface's broadcast address at these ports. Default 2021 and 1990.
    package var searchPorts: [UInt16] = [2021, 1990]
    package var bind = BindProbe.Ports()

    package init() {}
  }

  private static let group = IPv4Address(bits: 0xEFFF_FFFA)
  /// After a change of the interfaces: there are several in a row.
  private static let settling: Duration = .seconds(1)

  package let loop: PollLoop
  package let settings: Settings
  /// The ports that do not work.
  package private(set) var failures: [DiscoveryFailure] = []
  private let logger: Logger
  private var heard: ((PrinterSighting) -> Void)?
  private var listeners: [AnnouncementListener] = []
  private var watch: InterfaceWatch?
  private var settlingTimer: LoopTimer?
  private var search: PrinterSearch?

  package init(loop: PollLoop, settings: Settings = Settings(), logger: Logger) {
    self.loop = loop
    self.settings = settings
    self.logger = logger
  }

  /// Where it listens.
  package var ports: [UInt16] { listeners.map(\.socket.port) }

  /// Begins to listen. `heard` is called on the loop for every announcement that is let through.
  package func start(heard: @escaping (PrinterSighting) -> Void) {
    loop.assertOnLoop()
    self.heard = heard
    for port in settings.ports {
      do throws(DiscoveryFailure) {
        let socket = try DatagramSocket(port: port)
        listeners.append(
          AnnouncementListener(socket: socket, loop: loop) { [weak self] in self?.heard?($0) })
      } catch {
        failures.append(error)
        logger.warning(
          "Printers that announce themselves are not heard on a port.",
          metadata: ["port": "\(port)", "reason": "\(error.description)"])
      }
    }
    join()
    watch = InterfaceWatch(loop: loop) { [weak self] in self?.interfacesChanged() }
  }

  package func stop() {
    loop.assertOnLoop()
    heard = nil
    settlingTimer?.cancel()
    settlingTimer = nil
    watch?.close()
    watch = nil
    search?.stop()
    search = nil
    for listener in listeners { listener.close() }
    listeners = []
  }

  /// Asks who is there, three times within ten seconds; a search that is under way goes on instead.
  package func searchNow() {
    loop.assertOnLoop()
    guard search == nil else { return }
    // Also where interfaces cannot be watched.
    join()
    do throws(DiscoveryFailure) {
      search = try PrinterSearch(
        loop: loop, heard: { [weak self] in self?.heard?($0) }, ask: { [weak self] in self?.ask(on: $0) },
        ended: { [weak self] in self?.search = nil })
    } catch {
      logger.warning("A search for printers could not be sent.", metadata: ["reason": "\(error.description)"])
    }
  }

  private func ask(on socket: DatagramSocket) {
    let question = SSDPSearch.datagram
    for interface in NetworkInterface.all() {
      for port in settings.searchPorts {
        socket.send(question, to: Self.group, port: port, on: interface)
        if let broadcast = interface.broadcast { socket.send(question, to: broadcast, port: port) }
      }
    }
  }

  /// In the group on every interface; what has gone, the kernel has left by itself.
  private func join() {
    for interface in NetworkInterface.all() {
      for listener in listeners { listener.socket.join(Self.group, on: interface) }
    }
  }

  private func interfacesChanged() {
    guard settlingTimer == nil else { return }
    settlingTimer = loop.schedule(after: Self.settling) { [weak self] in
      self?.settlingTimer = nil
      self?.join()
    }
  }
}

extension PollLoop {
  /// A host's numeric address, looked up beside the loop; nil when it has none.
  package func address(of host: HostName) async -> HostName? {
    guard !host.isNumeric else { return host }
    let found = await withCheckedContinuation { (continuation: CheckedContinuation<[String], Never>) in
      if !resolver.resolve(host.text, answer: { continuation.resume(returning: $0) }) {
        continuation.resume(returning: [])
      }
    }
    return found.first.flatMap { try? HostName($0) }
  }
}
