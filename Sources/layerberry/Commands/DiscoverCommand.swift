import ArgumentParser
import Link
import Logging
import Model
import Service
import Wire
import Loop

extension PrinterCommand {
  struct Discover: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Finds printers in the network.",
      discussion: """
        Listens for announcements and asks on every interface, with sockets of its own: no service need run. Where \
        broadcasts do not get through, name the printer's address.
        """)

    @Option(help: "How long to listen, 1 to 120 seconds; printers announce themselves about every 30 s.")
    var seconds = 10
    @Option(help: "Ask this address only, by the bind port; may be repeated.") var address: [String] = []
    @Flag(help: "As JSON, for scripts.") var json = false

    func validate() throws {
      guard (1...120).contains(seconds) else { throw ValidationError("--seconds must be 1 to 120") }
      guard address.count <= 256 else { throw ValidationError("--address may be given 256 times at most") }
    }

    func run() throws {
      do {
        let hosts = try address.map { text throws(InvalidValue) in try HostName(text, field: "--address") }
        let loop = try PollLoop(name: "discovery")
        defer { loop.shutdown() }
        let seeker = PrinterSeeker(loop: loop)
        let time = Duration.seconds(seconds)
        let found = try waiting {
          hosts.isEmpty ? await seeker.listen(for: time) : await seeker.ask(hosts)
        }
        print(json ? Self.json(found) : Self.table(found))
      } catch {
        throw Failure.exit(for: error)
      }
    }

    private static func json(_ printers: [PrinterAnnouncement]) -> String {
      var json = JSONWriter()
      json.beginArray()
      for printer in printers {
        json.beginObject()
        let texts: [(StaticString, String?)] = [
          ("serial_number", printer.serial.text), ("name", printer.name), ("model", printer.model?.displayName),
          ("model_code", printer.model?.rawValue), ("ip_address", printer.address.text),
          ("firmware", printer.firmware), ("connection", printer.connection), ("bind", printer.binding),
        ]
        for (key, text) in texts {
          json.key(key)
          if let text { json.write(text) } else { json.null() }
        }
        json.key("signal")
        if let signal = printer.signal { json.write(signal) } else { json.null() }
        json.endObject()
      }
      json.endArray()
      return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func table(_ printers: [PrinterAnnouncement]) -> String {
      guard !printers.isEmpty else {
        return "No printer was heard. Where broadcasts do not get through, try --address with the printer's address."
      }
      return Table.text(
        header: ["serial number", "name", "model", "address", "firmware", "connection", "bind"],
        rows: printers.map { printer in
          [
            printer.serial.text, printer.name ?? "-", printer.model?.displayName ?? "unknown", printer.address.text,
            printer.firmware ?? "-", printer.connection ?? "-", printer.binding ?? "-",
          ]
        })
    }
  }
}

/// Looks for printers for as long as a command runs.
private actor PrinterSeeker {
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let loop: PollLoop
  private var book = DiscoveryBook()

  init(loop: PollLoop) { self.loop = loop }

  func listen(for time: Duration) async -> [PrinterAnnouncement] {
    let quiet = Logger(label: "discover") { _ in SwiftLogNoOpLogHandler() }
    let ears = PrinterDiscovery(loop: loop, logger: quiet)
    ears.start { [weak self] sighting in self?.assumeIsolated { $0.heard(sighting) } }
    for failure in ears.failures { Failure.say(failure.description) }
    ears.searchNow()
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      _ = loop.schedule(after: time) { continuation.resume() }
    }
    ears.stop()
    return book.printers(at: loop.now).map(\.announcement)
  }

  func ask(_ hosts: [HostName]) async -> [PrinterAnnouncement] {
    for host in hosts {
      guard let address = await loop.address(of: host), address.isReachableUnicast else {
        Failure.say("\(host) is no machine's address.")
        continue
      }
      let answer = await withCheckedContinuation { (continuation: CheckedContinuation<PrinterAnnouncement?, Never>) in
        BindProbe.run(on: loop, host: address) { continuation.resume(returning: $0) }
      }
      if let answer { heard(.alive(answer)) } else { Failure.say("\(host) does not answer as a printer.") }
    }
    return book.printers(at: loop.now).map(\.announcement)
  }

  private func heard(_ sighting: PrinterSighting) {
    switch sighting {
    case .alive(let announcement): book.heard(announcement, at: loop.now, time: SystemClock().now)
    case .byebye(let serial, let source): book.left(serial, source: source)
    }
  }
}
