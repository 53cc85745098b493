import Glibc
import Link
import Model
import Rules
import Service
import Simulator
import TestKit
import Testing
import Wire

/// A start that goes to the printer and is never seen to begin (contract, section 5, "Answers of control").
struct UnseenStartTests {
  /// A printer that takes every order and shows nothing, with a file on its card; a start has two seconds.
  private static func play(_ body: (Following, SimulatedPrinter, PrinterID, PrintOrder) async throws -> Void)
    async throws
  {
    try await Following.play(
      PrinterSpecification(model: .x1c), timings: SessionTimings(), startPatience: 2
    ) { following, printer, id in
      try put("PK" + String(repeating: "-", count: 2000), at: "\(printer.storage)/box.3mf")
      try await following.waits(id, for: .idle)
      printer.inject(.zombie)
      try await body(following, printer, id, PrintOrder(path: try StoragePath("/box.3mf")))
    }
  }

  private static func put(_ text: String, at path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
    defer { close(descriptor) }
    guard write(descriptor, text, text.utf8.count) == text.utf8.count else {
      throw TestKitError("\(path): not written")
    }
  }

  private static func starts(_ printer: SimulatedPrinter) throws -> [JSONValue] {
    try printer.counters.commands.filter { $0.name == "print.project_file" }.map {
      try JSONParser.parse($0.text.utf8, limits: .init(bytes: 1 << 16))["print"] ?? .null
    }
  }

  /// What the start was answered with; nil when it was acknowledged.
  private static func answer(_ following: Following, _ order: PrintOrder, _ id: PrinterID) async throws -> Fault? {
    do {
      _ = try await following.fleet.startPrint(order, on: id)
      return nil
    } catch let fault as Fault {
      return fault
    }
  }

  @Test("It is a 504 when its time is over, and whoever tries again meanwhile sends nothing")
  func silence() async throws {
    try await Self.play { following, printer, id, order in
      let began = ContinuousClock.now
      async let first = Self.answer(following, order, id)
      #expect(await printer.wait { $0.commands.contains { $0.name == "print.project_file" } })
      let second = try #require(try await Self.answer(following, order, id))
      #expect(second.code == .conflict && second.message.contains("start is under way"), "\(second)")
      let answer = try #require(try await first)
      #expect(answer.code == .mqttError && answer.status == 504, "\(answer)")
      #expect(answer.message.contains("did not answer within 2 seconds"), "\(answer)")
      #expect(ContinuousClock.now - began >= .seconds(2))
      #expect(try Self.starts(printer).count == 1)
    }
  }

  @Test("A printer that obeys after that is found printing: the job is known as ours, and it is not started again")
  func obeysLate() async throws {
    try await Self.play { following, printer, id, order in
      #expect(try await Self.answer(following, order, id)?.status == 504)
      let sent = try #require(try Self.starts(printer).first)
      printer.startPrint(name: "box", layers: 40, minutes: 600, id: try #require(sent["subtask_id"]?.string))
      #expect(try await following.waits(id, for: .preparing).print?.isOurs == true)
      let again = try #require(try await Self.answer(following, order, id))
      #expect(again.code == .printerBusy, "\(again)")
      #expect(try Self.starts(printer).count == 1)
    }
  }

  @Test("Once its time is over and the printer stands idle, somebody may start it again, under another number")
  func startedAgain() async throws {
    try await Self.play { following, printer, id, order in
      #expect(try await Self.answer(following, order, id)?.status == 504)
      printer.clearFaults()
      #expect(try await Self.answer(following, order, id) == nil)
      let numbers = try Self.starts(printer).map { $0["subtask_id"]?.string }
      #expect(numbers.count == 2 && Set(numbers).count == 2, "\(numbers)")
    }
  }
}
