import Logging
import Loop
import Model
import Reach
import Rules
import Store
import Synchronization
import TestKit
import Testing
import Wire

@testable import Service

/// The outbox and its couriers, with a real database and real sockets.
@Suite("The outbox", .timeLimit(.minutes(2)))
struct OutboxTests {
  private static func number(_ request: StandInRequest) -> Int64? {
    let json = try? JSONParser.parse(request.body, limits: .init(bytes: 1 << 16))
    if case .int(let number)? = json?["data"]?["number"] { return number }
    return nil
  }
  @Test("messages go to a provider in order, whatever fails in between, and keep their number")
  func order() async throws {
    let count = Mutex(0)
    let server = try StandInServer { _ in
      count.withLock { count in
        count += 1
        return .answer(count % 3 == 0 ? 200 : 503)
      }
    }
    try await OutboxBench.play { bench in
      _ = try await bench.add(server.url)
      for number in 1...20 { bench.tell(number) }
      try await eventually(within: 60, "all are sent") {
        try await bench.states().filter { $0 == "sent" }.count == 20 ? true : nil
      }
      let seen = server.requests.compactMap(Self.number)
      #expect(seen == seen.sorted())
      #expect(Set(seen) == Set(1...20))
      // Three attempts each, all under the same number.
      #expect(seen.count == 60)
      #expect(Set(server.requests.compactMap { $0["x-layerberry-delivery"] }).count == 20)
    }
  }

  @Test("a provider that hangs holds up nobody else, and Retry-After is heeded")
  func independence() async throws {
    let hanging = try StandInServer { _ in .silence }
    let asking = try StandInServer { _ in .answer(429, headers: [("Retry-After", "3600")]) }
    let good = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { bench in
      let first = try await bench.add(hanging.url)
      let second = try await bench.add(asking.url)
      let third = try await bench.add(good.url)
      for number in 1...5 { bench.tell(number) }
      try await eventually(within: 30, "the good one has them") { good.requests.count == 5 ? true : nil }
      try await eventually(within: 30, "they are so") { Set(try await bench.states(third)) == ["sent"] ? true : nil }
      #expect(try await bench.states(first) == Array(repeating: "waiting", count: 5))
      try await eventually(within: 30, "the other was asked once") {
        let row = try await bench.desk.history(provider: second, event: nil, state: .waiting, limit: 9, offset: 0).rows
          .last
        return row?.attempts == 1 && (row?.due ?? bench.clock.now) > bench.clock.now.adding(seconds: 3000) ? true : nil
      }
      #expect(asking.requests.count == 1)
    }
  }

  @Test("what will never be taken is a dead letter at once, and the next one goes")
  func deadLetters() async throws {
    let server = try StandInServer { Self.number($0) == 1 ? .answer(400) : .answer(200) }
    try await OutboxBench.play { bench in
      let id = try await bench.add(server.url)
      bench.tell(1)
      bench.tell(2)
      try await eventually(within: 30, "both have ended") {
        try await bench.states(id) == ["failed", "sent"] ? true : nil
      }
      let dead = try await bench.desk.history(provider: nil, event: nil, state: .failed, limit: 9, offset: 0)
      #expect(dead.total == 1)
      #expect(dead.rows.first?.error == "The server answered 400 and does not take the message.")
    }
  }

  @Test("filters by event and printer, and the switch, say who is told")
  func filters() async throws {
    let server = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { bench in
      let all = try await bench.add(server.url)
      let other = try await bench.add(server.url) { $0.printerIDs = .some([PrinterID(rawValue: 2)]) }
      let failures = try await bench.add(server.url) { $0.events = [.printFailed] }
      let off = try await bench.add(server.url) { $0.isEnabled = false }
      bench.tell(1)
      try await eventually(within: 30, "it is told") { try await bench.states(all) == ["sent"] ? true : nil }
      for id in [other, failures, off] { #expect(try await bench.states(id) == []) }
    }
  }

  @Test("in quiet hours messages wait for their end, and keep their order")
  func quietHours() async throws {
    let server = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { bench in
      let minute = Int(bench.clock.now.milliseconds / 60_000 % 1440)
      let start = try #require(DayMinute(number: (minute + 1439) % 1440))
      let end = try #require(DayMinute(number: (minute + 60) % 1440))
      let id = try await bench.add(server.url) { $0.quietHours = .some(try? QuietHours(start: start, end: end)) }
      bench.tell(1)
      bench.tell(2)
      try await eventually(within: 30, "they wait") {
        try await bench.states(id) == ["waiting", "waiting"] ? true : nil
      }
      #expect(server.requests.isEmpty)
      bench.clock.pass(seconds: 7200)
      bench.tell(3)
      try await eventually(within: 30, "they are told") { server.requests.count == 3 ? true : nil }
      #expect(server.requests.compactMap(Self.number) == [1, 2, 3])
    }
  }

  @Test("a daily digest makes one message of a day")
  func digest() async throws {
    let server = try StandInServer { _ in .json(200, #"{"id":1}"#) }
    try await OutboxBench.play { bench in
      let minute = Int(bench.clock.now.milliseconds / 60_000 % 1440)
      let id = try await bench.add(server.url) { edit in
        edit.type = .gotify
        edit.config = [.url: .string(server.url), .token: "t"]
        edit.digest = .some(DayMinute(number: (minute + 30) % 1440))
      }
      for number in 1...3 { bench.tell(number) }
      try await eventually(within: 30, "they are held") {
        try await bench.states(id) == ["held", "held", "held"] ? true : nil
      }
      bench.clock.pass(seconds: 3600)
      await bench.desk.lookAfterAll()
      try await eventually(within: 30, "one message is sent") {
        try await bench.states(id) == ["digested", "digested", "digested", "sent"] ? true : nil
      }
      #expect(server.requests.count == 1)
      let text = try #require(server.requests.first?.text)
      #expect(text.contains("3 messages of the day") && text.contains("job 1") && text.contains("job 3"))
      // Without a digest, what was held is told each.
      bench.tell(4)
      try await eventually(within: 30, "it is held") { try await bench.states(id).last == "held" ? true : nil }
      var edit = ProviderEdit()
      edit.digest = .some(nil)
      _ = try await bench.desk.change(id, edit)
      bench.clock.pass(seconds: 86_400)
      await bench.desk.lookAfterAll()
      try await eventually(within: 30, "it is told") { try await bench.states(id).last == "sent" ? true : nil }
    }
  }

  @Test("progress is told at its steps, each once, also after a restart")
  func progress() async throws {
    let server = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { bench in
      _ = try await bench.add(server.url)
      var snapshot = PrinterSnapshot(identity: workshop(1), state: .printing)
      snapshot.print = TrackedPrint(followedSince: bench.clock.now)
      func tell(_ percents: ClosedRange<Int>) {
        for percent in percents {
          let progress = PrintProgress(percent: percent, remainingMinutes: 10, layer: 1, totalLayers: 2)
          bench.feed.publish(.print(.progress(progress), snapshot, ArchiveID(rawValue: 7)))
        }
      }
      // The printer's row must be there for its steps to be remembered; without it each step is told all the same.
      tell(0...60)
      try await eventually(within: 30, "two steps are told") { server.requests.count == 2 ? true : nil }
      tell(60...100)
      try await eventually(within: 30, "three steps are told") { server.requests.count == 3 ? true : nil }
      let told = server.requests.compactMap { Vendor.json($0)?["data"]?["progress"] }
      #expect(told == [25, 50, 75])
      #expect(server.requests.allSatisfy { Vendor.json($0)?["data"]?["archive_id"] == 7 })
    }
  }

  @Test("a print that was written down and told to nobody is told after the start, once, before anything new")
  func madeUp() async throws {
    let server = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { database in
      let printer = try await PrinterRepository(database).insert(
        NewPrinter(
          name: "Workshop", host: try HostName("127.0.0.1"), serial: try SerialNumber("01P00A000000001"),
          accessCode: try AccessCode("12345678"), isEnabled: false), now: Timestamp(seconds: 1))
      _ = try await ProviderRepository(database).insert(
        ProviderRecord(
          name: "hook", type: .webhook, isEnabled: true, config: Secret("{\"url\":\"\(server.url)\"}"),
          events: Set(NotificationEvent.allCases), printerIDs: nil, createdAt: Timestamp(seconds: 1),
          updatedAt: Timestamp(seconds: 1)), limit: 5)
      let prints = PrintRepository(database)
      var print = TrackedPrintRecord(printerID: printer.id, state: .printing, updatedAt: Timestamp(seconds: 60))
      print.taskName = "Tower"
      print.startedAt = Timestamp(seconds: 60)
      // One of before that nobody has to be told of, and one that the process died over.
      try await prints.begin(print)
      try await prints.end(print, PrintEnding(outcome: .success, endedAt: Timestamp(seconds: 90), isTimeKnown: true))
      try await prints.begin(print, isOwed: true)
      try await prints.end(
        print, PrintEnding(outcome: .stopped, endedAt: Timestamp(seconds: 180), isTimeKnown: true), isOwed: true)
    } _: { bench in
      bench.tell(7)
      try await eventually(within: 30, "three are told") { server.requests.count == 3 ? true : nil }
      let told = server.requests.compactMap { Vendor.json($0) }
      #expect(told.map { $0["event"]?.string } == ["print_started", "print_failed", "print_started"])
      #expect(told[1]["data"]?["status"] == "stopped" && told[1]["data"]?["task_name"] == "Tower")
      #expect(told[1]["data"]?["duration"] == 120 && told[1]["data"]?["printer_name"] == "Workshop")
      #expect(told[2]["data"]?["number"] == 7)
      #expect(try await bench.desk.outbox.owedPrints(limit: 9).isEmpty)
      // The same event once more, as the feed may have it too, is told to nobody.
      var again = Occasion(.printFailed, .warning, printer: workshop(1), at: bench.clock.now)
      again.telling = .print(ArchiveID(rawValue: 2), .ended)
      bench.desk.take(again)
      bench.tell(8)
      try await eventually(within: 30, "the next is told") { server.requests.count == 4 ? true : nil }
      #expect(Vendor.json(server.requests[3])?["data"]?["number"] == 8)
    }
  }

  @Test("items of the queue are told at each status, a plate that holds one up once until it is cleared, and notices")
  func queueAndNotices() async throws {
    let server = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play { bench in
      _ = try await bench.add(server.url)
      try await bench.database.write { connection in
        _ = try connection.execute(
          "INSERT INTO archives (id, name, filename, created_ms, updated_ms) VALUES (1, 'Box', 'Box.gcode.3mf', 0, 0)")
      }
      let queue = QueueRepository(bench.database)
      var wish = QueueWish(archiveID: ArchiveID(rawValue: 1), model: .p1s)
      wish.copies = 2
      var record = try await queue.insert(wish, at: .end, now: bench.clock.now)
      func tell(_ status: QueueStatus, _ gate: QueueGate? = nil) {
        record.status = status
        bench.feed.publish(.queue(.item(QueueItem(record: record, position: 0, gate: gate))))
      }
      tell(.pending)
      tell(.pending, .plateNotCleared(PrinterID(rawValue: 1)))
      tell(.pending, .plateNotCleared(PrinterID(rawValue: 1)))
      tell(.dispatching)
      tell(.printing)
      tell(.printing)
      tell(.completed)
      var cleared = PrinterSnapshot(identity: workshop(1), state: .idle)
      cleared.identity.plateCleared = true
      bench.feed.publish(.printerState(cleared))
      tell(.pending, .plateNotCleared(PrinterID(rawValue: 1)))
      bench.feed.publish(
        .notice(
          ServiceNotice(event: "archive_pruned", title: "Room", message: "3 files have gone.", level: .warning)))
      try await eventually(within: 30, "all are told") { server.requests.count == 8 ? true : nil }
      let told = server.requests.compactMap { Vendor.json($0) }
      #expect(
        told.map { $0["event"]?.string } == [
          "queue_update", "plate_not_cleared", "queue_update", "queue_update", "queue_update", "queue_update",
          "plate_not_cleared", "service_notice",
        ])
      #expect(told[0]["data"]?["item"]?["status"] == "pending" && told[0]["data"]?["name"] == "Box")
      #expect(told[0]["data"]?["item"]?["model"] == "P1S" && told[0]["data"]?["printer_id"] == .null)
      #expect(told[1]["data"]?["printer_id"] == 1 && told[1]["data"]?["printer_name"] == "Workshop")
      #expect(told[7]["data"]?["event"] == "archive_pruned" && told[7]["data"]?["message"] == "3 files have gone.")
    }
  }

  @Test("a digest tells the time of day where the owner lives")
  func zone() async throws {
    let server = try StandInServer { _ in .answer(200) }
    try await OutboxBench.play(ahead: 5 * 3600 + 1800) { bench in
      let local = bench.clock.now.adding(seconds: 5.5 * 3600)
      let minute = Int(local.milliseconds / 60_000 % 1440)
      _ = try await bench.add(server.url) { edit in
        edit.type = .gotify
        edit.config = [.url: .string(server.url), .token: "t"]
        edit.digest = .some(DayMinute(number: (minute + 30) % 1440))
      }
      bench.tell(1)
      try await eventually(within: 30, "it is held") { try await bench.states() == ["held"] ? true : nil }
      bench.clock.pass(seconds: 3600)
      await bench.desk.lookAfterAll()
      try await eventually(within: 30, "it is sent") { server.requests.isEmpty ? nil : true }
      let text = try #require(server.requests.first?.text)
      let hour = local.description.dropFirst(11).prefix(2)
      #expect(text.contains("\(hour):"), "\(text)")
    }
  }

  @Test("what waits for a provider is bounded: the oldest are dead letters")
  func bound() async throws {
    let temporary = try TemporaryFolder()
    let now = SystemClock().now
    let database = try Database.open(try DataFolder.prepare("\(temporary.path)/data"), role: .tool, now: now)
    let providers = ProviderRepository(database)
    let made = try await providers.insert(
      ProviderRecord(
        name: "x", type: .webhook, isEnabled: true, config: Secret("{}"), events: [], printerIDs: nil, createdAt: now,
        updatedAt: now), limit: 5)
    let id = try #require(made)
    let outbox = OutboxRepository(database, waitingLimit: 10)
    let records = (1...25).map { number in
      OutgoingRecord(
        provider: id, event: "print_started", level: .info, printer: nil, archive: nil, title: "\(number)",
        message: "x",
        data: "{}", due: now)
    }
    try await outbox.add(records, now: now)
    let waiting = try await outbox.history(provider: id, event: nil, state: .waiting, limit: 99, offset: 0)
    #expect(waiting.rows.map(\.title) == (16...25).reversed().map(String.init))
    #expect(try await outbox.history(provider: id, event: nil, state: .failed, limit: 99, offset: 0).total == 15)
    #expect(try await outbox.next(for: id)?.title == "16")
    // Deleting the provider ends what waits.
    #expect(try await providers.delete(id, now: now))
    #expect(try await outbox.history(provider: nil, event: nil, state: .failed, limit: 99, offset: 0).total == 25)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }
}
