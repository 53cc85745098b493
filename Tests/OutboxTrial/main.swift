// outbox-trial FOLDER URL TOTAL: puts messages numbered up to TOTAL into an outbox and delivers them, until all are done.
// It prints `accepted N` when everything up to N is on the disk, and goes on where it was when it is started again; the
// tests kill it at random moments.
import Glibc
import Logging
import Loop
import Model
import Reach
import Rules
import Service
import Store

private struct NoPhotos: PhotoSource {
  func settled(of printer: PrinterID) async {}
  func file(of print: ArchiveID) async -> (path: String, bytes: Int64)? { nil }
}

private func say(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = write(STDOUT_FILENO, line, line.count)
}

private func play(folder: String, url: String, total: Int) async throws {
  let clock = SystemClock()
  let database = try Database.open(try DataFolder.prepare(folder), role: .tool, now: clock.now)
  let providers = ProviderRepository(database)
  let outbox = OutboxRepository(database)
  if try await providers.all().isEmpty {
    let record = ProviderRecord(
      name: "trial", type: .webhook, isEnabled: true, config: Secret("{\"url\":\"\(url)\"}"), events: [],
      printerIDs: nil, createdAt: clock.now, updatedAt: clock.now)
    _ = try await providers.insert(record, limit: 1)
  }
  guard let provider = try await providers.all().first?.id else { exit(70) }

  let threads = ReachThreads(name: "trial", limit: 2)
  let rule = AddressRule(allowsLoopback: true, ownPorts: [])
  var surroundings = NotificationDesk.Surroundings(
    database: database, feed: EventFeed(),
    sender: NotificationSender(
      web: WebClient(threads: threads, rule: { rule }), mail: MailClient(threads: threads, rule: { rule })),
    photos: NoPhotos(), clock: clock, logger: Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() }, steps: { [] },
    rule: { rule }, zone: { _ in 0 })
  surroundings.delivery = DeliveryRule(first: 0.002, most: 0.01)
  let desk = NotificationDesk(surroundings)

  /// The last number that is on the disk.
  let newest = try await outbox.history(provider: nil, event: nil, state: nil, limit: 1, offset: 0).rows.first
  var accepted = newest.flatMap { Int($0.title) } ?? 0
  say("accepted \(accepted)")
  await desk.start()
  while accepted < total {
    let numbers = accepted + 1...min(accepted + 20, total)
    try await outbox.add(
      numbers.map { number in
        OutgoingRecord(
          provider: provider, event: "print_started", level: .info, printer: nil, archive: nil, title: "\(number)",
          message: "x", data: "{\"number\":\(number)}", due: clock.now)
      }, now: clock.now)
    accepted = numbers.upperBound
    say("accepted \(accepted)")
    await desk.lookAfterAll()
  }
  while try await outbox.next(for: provider) != nil { try await Task.sleep(for: .milliseconds(20)) }
  await desk.stop()
  try await database.close()
  say("done")
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let total = Int(arguments[3]) else { exit(64) }
try await play(folder: arguments[1], url: arguments[2], total: total)
