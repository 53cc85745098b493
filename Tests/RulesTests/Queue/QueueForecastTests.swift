import Model
import Rules
import Testing

/// When each item will be done, in seconds from now; two minutes go to each start.
@Suite struct QueueForecastTests {
  private static func etas(
    _ entries: [QueueEntry], _ machines: [QueueMachine], remaining: [Int64: Double] = [:], paused: Bool = false
  ) -> [Int64: Double] {
    var forecast = QueueForecast(
      machines: machines, remaining: Dictionary(uniqueKeysWithValues: remaining.map { (PrinterID(rawValue: $0), $1) }),
      now: .at(0))
    let etas = forecast.etas(QueueScheduler(entries: entries, machines: machines, isPaused: paused), now: .at(0))
    return Dictionary(uniqueKeysWithValues: etas.map { ($0.rawValue, $1.seconds(since: .at(0))) })
  }

  @Test func oneAfterTheOtherOnAPrinter() {
    let entries = [QueueEntry(1, on: 1), QueueEntry(2, on: 1), QueueEntry(3, on: 2)]
    #expect(Self.etas(entries, [QueueMachine(1), QueueMachine(2)]) == [1: 720, 2: 1440, 3: 720])
    #expect(
      Self.etas(entries, [QueueMachine(1, .p1s, .printing), QueueMachine(2)], remaining: [1: 1000])
        == [1: 1720, 2: 2440, 3: 720])
  }

  @Test func aModelsItemsGoToWhoIsFreeFirst() {
    let entries = (1...3).map { QueueEntry($0, of: .p1s) }
    let machines = [QueueMachine(1), QueueMachine(2, .p1s, .printing)]
    #expect(Self.etas(entries, machines, remaining: [2: 100]) == [1: 720, 2: 820, 3: 1440])
  }

  @Test func copiesAreDoneWithTheLast() {
    var entry = QueueEntry(1, of: .p1s)
    entry.copies = 3
    #expect(Self.etas([entry], [QueueMachine(1), QueueMachine(2)]) == [1: 1440])
  }

  @Test func aTimeOfItsOwnLetsOthersGoFirst() {
    let entries = [QueueEntry(1, on: 1, at: .at(5000)), QueueEntry(2, on: 1)]
    #expect(Self.etas(entries, [QueueMachine(1)]) == [1: 5720, 2: 720])
  }

  @Test func whereNobodyKnowsThereIsNone() {
    let unknown = QueueEntry(1, on: 1, demand: PrintDemand())
    #expect(Self.etas([unknown, QueueEntry(2, on: 1)], [QueueMachine(1)]) == [:])
    #expect(Self.etas([QueueEntry(1, on: 1)], [QueueMachine(1)], paused: true) == [:])
    #expect(Self.etas([QueueEntry(1, on: 1)], [QueueMachine(1, .p1s, .offline)]) == [:])
    #expect(Self.etas([QueueEntry(1, on: 1)], [QueueMachine(1, .p1s, .printing)]) == [:])
    #expect(Self.etas([QueueEntry(1, on: 1)], [QueueMachine(1) { $0.isPaused = true }]) == [:])
    #expect(Self.etas([QueueEntry(1, on: 1)], [QueueMachine(1, .p1s, .offline) { $0.feed = .off }]) == [1: 720])
    #expect(Self.etas([QueueEntry(1, on: 9)], [QueueMachine(1)]) == [:])
  }
}
