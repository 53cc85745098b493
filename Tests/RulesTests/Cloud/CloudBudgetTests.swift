import Model
import Rules
import Testing

/// The requests that S2 expects the cloud to take.
struct CloudBudgetTests {
  private static func at(_ seconds: Double) -> Timestamp { Timestamp(seconds: 1_800_000_000).adding(seconds: seconds) }

  @Test(
    "Each limit lets its number through and says how long to wait",
    arguments: [
      (CloudBudget.Subject.account, 1000, 3600), (.device("a"), 10, 60), (.upload, 10, 3600), (.message, 100, 60),
    ])
  func limits(subject: CloudBudget.Subject, count: Int, seconds: Int) {
    var budget = CloudBudget()
    for _ in 0..<count { #expect(budget.take([subject], now: Self.at(0)) == nil) }
    #expect(budget.take([subject], now: Self.at(1)) == seconds - 1)
    #expect(budget.take([subject], now: Self.at(Double(seconds))) == nil)
  }

  @Test("No two windows side by side let twice as much through")
  func sliding() {
    var budget = CloudBudget()
    for second in 0..<10 { #expect(budget.take([.device("a")], now: Self.at(50 + Double(second))) == nil) }
    for second in 60..<110 { #expect(budget.take([.device("a")], now: Self.at(Double(second))) != nil) }
    #expect(budget.take([.device("a")], now: Self.at(110)) == nil)
    #expect(budget.take([.device("b")], now: Self.at(60)) == nil)
  }

  @Test("A refused request counts on nothing")
  func refused() {
    var budget = CloudBudget()
    for _ in 0..<10 { _ = budget.take([.upload], now: Self.at(0)) }
    for _ in 0..<2000 { #expect(budget.take([.account, .upload], now: Self.at(1)) != nil) }
    #expect(budget.take([.account], now: Self.at(2)) == nil)
  }

  @Test("Where the cloud says to wait nothing goes; a clock that was set back does not lengthen it")
  func blocked() {
    var budget = CloudBudget()
    budget.block(seconds: 30, now: Self.at(0))
    #expect(budget.take([.account], now: Self.at(10)) == 20)
    #expect(budget.take([], now: Self.at(10)) == 20)
    #expect(budget.take([.account], now: Self.at(31)) == nil)
    budget.block(seconds: 30, now: Self.at(0))
    #expect(budget.take([.account], now: Self.at(-100_000)) == nil)
  }

  @Test("Many printers do not fill the memory")
  func bounded() {
    var budget = CloudBudget()
    for number in 0..<2000 { #expect(budget.take([.device("d\(number)")], now: Self.at(Double(number))) == nil) }
    for _ in 0..<10 { _ = budget.take([.device("d1999")], now: Self.at(2000)) }
    #expect(budget.take([.device("d1999")], now: Self.at(2000)) != nil)
  }
}
