import Glibc
import Synchronization
import TestKit
import Testing
import Wire

/// A provider that fails half the time, and a process that is killed again and again: no message is lost, none overtakes
/// another, and repetitions are counted.
///
/// LAYERBERRY_ROUNDS says how many kills; 10 with 1,000 messages by default, and 10,000 messages where it is given
/// (`Scripts/soak outbox`).
struct OutboxKillTests {
  private static let rounds = getenv("LAYERBERRY_ROUNDS").flatMap { Int(String(cString: $0)) }

  private struct Ledger {
    var asked = 0
    /// In the order in which they were taken, repetitions included.
    var taken: [Int] = []
    var deliveries: [Int: Set<String>] = [:]
  }

  @Test("Everything that was accepted arrives, in order, over SIGKILLs and failures", .timeLimit(.minutes(20)))
  func nothingIsLost() async throws {
    let kills = Self.rounds ?? 10
    let total = Self.rounds == nil ? 1_000 : 10_000
    let ledger = Mutex(Ledger())
    let server = try StandInServer(keeps: 0) { request in
      guard let json = try? JSONParser.parse(request.body, limits: .init(bytes: 1 << 16)),
        case .int(let number)? = json["data"]?["number"]
      else { return .answer(400) }
      return ledger.withLock { ledger in
        ledger.asked += 1
        ledger.deliveries[Int(number), default: []].insert(request["x-layerberry-delivery"] ?? "")
        guard Bool.random() else { return .answer(503) }
        ledger.taken.append(Int(number))
        return .answer(200)
      }
    }
    let folder = try TemporaryFolder()
    var accepted = 0
    var died = 0
    while true {
      let child = try ChildProcess(
        try ChildProcess.built("outbox-trial"), ["\(folder.path)/data", server.url, String(total)])
      if died < kills {
        // So that the kills fall over the whole of it.
        let goal = total * (died + 1) / (kills + 1)
        try await eventually(within: 300, "message \(goal) is taken; \(child.text)") {
          ledger.withLock { $0.taken.last ?? 0 } >= goal ? true : nil
        }
        child.signal(SIGKILL)
        #expect(try await child.wait() == 128 + SIGKILL)
        died += 1
      } else {
        #expect(try await child.wait(within: 600) == 0)
      }
      for line in child.text.split(separator: "\n") where line.hasPrefix("accepted ") {
        accepted = max(accepted, Int(line.dropFirst(9)) ?? 0)
      }
      if child.text.contains("done") { break }
    }
    let end = ledger.withLock { $0 }
    #expect(accepted == total)
    var highest = 0
    var repetitions = 0
    for number in end.taken {
      if number <= highest { repetitions += 1 } else { #expect(number == highest + 1, "one was overtaken or lost") }
      highest = max(highest, number)
    }
    #expect(highest == total, "the last has arrived")
    #expect(repetitions <= kills, "one at most for each kill")
    #expect(end.deliveries.values.allSatisfy { $0.count == 1 }, "a repetition has the number of its message")
    print("outbox: \(total) messages, \(end.asked) attempts, \(died) kills, \(repetitions) repetitions, none lost")
  }
}
