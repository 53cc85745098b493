import Model
import Rules
import Service
import Simulator
import Store
import TestKit
import Testing

/// The queue with simulated printers, from the first item to the last (contract, section 5, "Queue").
@Suite(.serialized) struct QueueTests {
  private static let file = "Box-1a2b3c4d.gcode.3mf"

  @Test("Three items run one after another, each when the plate has been cleared", .timeLimit(.minutes(2)))
  func oneAfterAnother() async throws {
    try await QueueRig.play { rig in
      let items = [try await rig.add(), try await rig.add(), try await rig.add()]
      for (number, item) in items.enumerated() {
        try await rig.waits(item, for: .printing)
        #expect(rig.isOnCard(Self.file))
        if number < 2 { try await rig.waits(items[number + 1], atGate: "printer_busy") }
        let done = try await rig.waits(item, for: .completed, within: 40)
        #expect(done.record.startedAt != nil && done.record.completedAt != nil && done.record.error == nil)
        guard number < 2 else { break }
        try await rig.waits(items[number + 1], atGate: "plate_not_cleared")
        try await rig.clearPlate()
      }
      let starts = try rig.starts()
      #expect(starts.count == 3 && Set(starts).count == 3)
      let sources = try await rig.house.database.read { connection in
        try connection.rows("SELECT source_archive_id, status FROM archives WHERE id > 1 ORDER BY id") {
          (row) throws(SQLiteError) in "\(try row.integer("source_archive_id")) \(try row.text("status"))"
        }
      }
      #expect(sources == ["1 success", "1 success", "1 success"])
    }
  }

  @Test("Copies are prints of their own, and the item is the last of them", .timeLimit(.minutes(2)))
  func copies() async throws {
    try await QueueRig.play(settings: QueueSettings(requiresClearPlate: false)) { rig in
      let item = try await rig.add { $0.copies = 2 }
      try await rig.state(0, .printing)
      #expect(try await rig.item(item).record.wish.copies == 1)
      try await rig.waits(item, for: .printing, within: 40)
      let (_, all) = try await rig.keeper.list(.init())
      #expect(all.count == 2 && all.contains { $0.record.copyOf == item && $0.record.status == .completed })
      #expect(try rig.starts().count == 2)
    }
  }

  @Test("Items for a model go to whichever printer of it is free", .timeLimit(.minutes(2)))
  func model() async throws {
    try await QueueRig.play([.p1s, .p1s]) { rig in
      let items = try await [0, 1, 2].asyncMap { _ in
        try await rig.add { ($0.printerID, $0.model) = (nil, .p1s) }
      }
      try await rig.waits(items[0], for: .printing)
      try await rig.waits(items[1], for: .printing)
      let starts = [try rig.starts(0).count, try rig.starts(1).count]
      #expect(starts == [1, 1])
      try await rig.clearPlateWhenDone(1)
      try await rig.waits(items[2], for: .printing)
      #expect(try rig.starts(1).count == 2)
    }
  }

  @Test("What was on its way when the service ended is judged, and never sent again", .timeLimit(.minutes(2)))
  func restartInMidDispatch() async throws {
    try await QueueRig.play { rig in
      rig.printers[0].inject(.zombie)
      let item = try await rig.add()
      #expect(await rig.printers[0].wait { $0.commands.contains { $0.name == "print.project_file" } })
      try await rig.restart()
      let failed = try await rig.waits(item, for: .failed)
      #expect(failed.record.error?.contains("the start is not proven") == true && failed.record.isUnproven)
      #expect(try rig.starts().count == 1)
      // The printer obeys after all: what it prints is this item.
      let number = try #require(try rig.starts().first)
      rig.printers[0].clearFaults()
      rig.printers[0].startPrint(name: "Box-1a2b3c4d", layers: 40, minutes: 600, id: number)
      try await rig.waits(item, for: .printing)
      #expect(try rig.starts().count == 1)
    }
  }

  @Test("A print goes on through a restart, and its end is the item's", .timeLimit(.minutes(2)))
  func restartInMidPrint() async throws {
    try await QueueRig.play { rig in
      let item = try await rig.add()
      try await rig.waits(item, for: .printing)
      try await rig.restart()
      try await rig.state(0, .printing)
      #expect(try await rig.item(item).record.status == .printing)
      try await rig.waits(item, for: .completed, within: 40)
      #expect(try rig.starts().count == 1)
    }
  }

  @Test(
    "A print that began and ended while the service did not run has its record, with its file", .timeLimit(.minutes(2)))
  func wholePrintUnseen() async throws {
    try await QueueRig.play { rig in
      rig.printers[0].inject(.zombie)
      let item = try await rig.add()
      #expect(await rig.printers[0].wait { $0.commands.contains { $0.name == "print.project_file" } })
      let number = try #require(try rig.starts().first)
      try await rig.restart {
        rig.printers[0].clearFaults()
        rig.printers[0].startPrint(name: "Box-1a2b3c4d", layers: 2, minutes: 2, id: number)
        #expect(await rig.printers[0].wait(20, forState: "FINISH"))
      }
      let done = try await rig.waits(item, for: .completed)
      let print = try #require(done.record.printArchiveID, "the print has a record")
      let record = try #require(try await ArchiveRepository(rig.house.database).get(print))
      #expect(record.status == .success && record.sourceID == rig.archive && record.filename == "Box.gcode.3mf")
      #expect(record.printerID == rig.ids[0] && record.endedAt != nil && record.duration == nil)
      #expect(try rig.starts().count == 1)
    }
  }

  @Test("A cancelled upload is broken off and leaves nothing", .timeLimit(.minutes(2)))
  func cancelDuringUpload() async throws {
    try await QueueRig.play { rig in
      var slow = FileServerSettings()
      slow.throttle = 50_000
      rig.printers[0].setFiles(slow)
      let item = try await rig.add()
      try await rig.waits(item, for: .dispatching)
      let cancelled = try await rig.keeper.cancel(item, stopsPrint: false, visible: nil)
      #expect(cancelled.record.status == .cancelled && cancelled.record.completedAt != nil)
      #expect(!rig.isOnCard(Self.file) && !rig.isOnCard(".\(Self.file).part"))
      #expect(try rig.starts().isEmpty)
      rig.printers[0].setFiles(FileServerSettings())
      try await rig.waits(try await rig.add(), for: .printing)
    }
  }

  @Test("A print is cancelled only by whoever says so", .timeLimit(.minutes(2)))
  func cancelPrint() async throws {
    try await QueueRig.play { rig in
      let item = try await rig.add()
      try await rig.waits(item, for: .printing)
      await #expect(throws: Fault.self) { try await rig.keeper.cancel(item, stopsPrint: false, visible: nil) }
      await #expect(throws: Fault.self) { try await rig.keeper.delete(item, visible: nil) }
      let cancelled = try await rig.keeper.cancel(item, stopsPrint: true, visible: nil)
      #expect(cancelled.record.status == .cancelled)
      try await rig.keeper.delete(item, visible: nil)
      await #expect(throws: Fault.self) { try await rig.item(item) }
    }
  }

  @Test("A printer that refuses commands keeps its items, and nothing is sent to it", .timeLimit(.minutes(2)))
  func waiting() async throws {
    try await QueueRig.play { rig in
      rig.printers[0].setAuthorization(.required)
      _ = try await eventually(within: 20, "it refuses") {
        rig.house.view[rig.ids[0]]?.control == .refused ? true : nil
      }
      let item = try await rig.add()
      try await rig.waits(item, atGate: "control_refused")
      #expect(try rig.starts().isEmpty)
    }
  }

  @Test("A printer that is deleted leaves its items skipped", .timeLimit(.minutes(1)))
  func deletedPrinter() async throws {
    try await QueueRig.play { rig in
      _ = try await rig.keeper.pause(nil, true)
      let item = try await rig.add()
      try await rig.waits(item, atGate: "queue_paused")
      try await rig.house.fleet.remove(rig.ids[0])
      let skipped = try await rig.waits(item, for: .skipped)
      #expect(skipped.record.error == "Its printer was deleted.")
    }
  }

  @Test("The time is lifted and nothing else", .timeLimit(.minutes(1)))
  func start() async throws {
    try await QueueRig.play { rig in
      let later = Timestamp(seconds: 4_000_000_000)
      let item = try await rig.add { $0.scheduledTime = later }
      try await rig.waits(item, atGate: "scheduled")
      try await rig.house.fleet.setPlateCleared(false, on: rig.ids[0])
      do {
        _ = try await rig.keeper.start(item, visible: nil)
        Issue.record("started onto a part")
      } catch let fault as Fault {
        #expect(fault.code == .conflict && fault.message.contains("plate_not_cleared"), "\(fault)")
      }
      #expect(try await rig.item(item).record.wish.scheduledTime == later)
      try await rig.clearPlate()
      _ = try await rig.keeper.start(item, visible: nil)
      try await rig.waits(item, for: .printing)
    }
  }

  @Test("What stands in the way is told before an item is made", .timeLimit(.minutes(1)))
  func intake() async throws {
    try await QueueRig.play([.a1]) { rig in
      let rows: [(code: ErrorCode, change: (inout QueueRequest) -> Void)] = [
        (.conflict, { _ in }), (.archiveNotFound, { $0.archiveID = ArchiveID(rawValue: 9) }),
        (.printerNotFound, { $0.printerID = PrinterID(rawValue: 9) }), (.invalidRequest, { $0.plate = 2 }),
        (.invalidRequest, { $0.plate = 3 }), (.conflict, { ($0.printerID, $0.model) = (nil, .a1Mini) }),
        (.conflict, { $0.options.ignoresMismatch = true }),
      ]
      for (number, row) in rows.enumerated() {
        do {
          _ = try await rig.add(row.change)
          Issue.record("row \(number) was taken")
        } catch let fault as Fault {
          #expect(fault.code == row.code, "row \(number): \(fault)")
        }
      }
      let fits = try await rig.add { ($0.printerID, $0.model) = (nil, .x1c) }
      try await rig.waits(fits, atGate: "no_printer")
    }
  }

  @Test("The order is changed as a whole, in part, and by one", .timeLimit(.minutes(1)))
  func order() async throws {
    try await QueueRig.play { rig in
      _ = try await rig.keeper.pause(rig.ids[0], true)
      let items = try await (0..<4).asyncMap { _ in try await rig.add() }
      func order() async throws -> [Int] {
        try await rig.keeper.list(.init()).items.map { item in items.firstIndex(of: item.record.id) ?? -1 }
      }
      _ = try await rig.keeper.order([items[3], items[1]], visible: nil)
      #expect(try await order() == [0, 3, 2, 1])
      _ = try await rig.keeper.move(items[1], to: 0, visible: nil)
      #expect(try await order() == [1, 0, 3, 2])
      _ = try await rig.keeper.move(items[1], to: 99, visible: nil)
      #expect(try await order() == [0, 3, 2, 1])
      try await rig.restart()
      #expect(try await order() == [0, 3, 2, 1])
      var request = QueueRequest(archiveID: rig.archive)
      request.printerID = rig.ids[0]
      let first = try await rig.keeper.add(request, isFirst: true, visible: nil)
      #expect(first.position == 0)
      await #expect(throws: Fault.self) { try await rig.keeper.order([items[0], items[0]], visible: nil) }
      await #expect(throws: Fault.self) {
        try await rig.keeper.order([items[0], QueueItemID(rawValue: 99)], visible: nil)
      }
    }
  }
}

extension QueueRig {
  func clearPlateWhenDone(_ index: Int) async throws {
    try await state(index, .finished)
    try await clearPlate(index)
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(_ make: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await make(element)) }
    return values
  }
}
