import Link
import Model
import Rules
import Wire
import Loop

/// The commands that wait for one printer's answer; confined to the loop of its session.
///
/// At most `capacity` wait at once; the next is refused with 503, and nothing of it is sent.
final class CommandDesk {
  static let capacity = 8
  /// From the sending to the proof (contract, section 5).
  static let patience = Duration.seconds(10)

  typealias Outcome = Result<CommandProgress.Verdict, any Error>

  private struct Waiter {
    var progress: CommandProgress
    var timer: LoopTimer
    var tell: (Outcome) -> Void
  }

  private let loop: PollLoop
  private var waiters: [Int: Waiter] = [:]
  private var lastNumber = 0

  init(loop: PollLoop) { self.loop = loop }

  var isFull: Bool { waiters.count >= Self.capacity }

  /// The number under which the next command waits.
  func takeNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  /// Waits; `tell` is called once, on the loop.
  func wait(
    as number: Int, for progress: CommandProgress, patience: Duration,
    tell: @escaping (Outcome) -> Void
  ) {
    let timer = loop.schedule(after: patience) { [weak self] in self?.expire(number) }
    waiters[number] = Waiter(progress: progress, timer: timer, tell: tell)
  }

  /// - Returns: whether the answer was to a command that waits here.
  @discardableResult
  func answered(_ sequenceID: String, _ answer: CommandProgress.Answer) -> Bool {
    guard let number = waiters.first(where: { $0.value.progress.awaits(sequenceID) })?.key else { return false }
    if let verdict = waiters[number]?.progress.answered(sequenceID, answer) { finish(number, .success(verdict)) }
    return true
  }

  func reported(_ report: PrinterReport) {
    for number in waiters.keys.sorted() {
      if let verdict = waiters[number]?.progress.reported(report) { finish(number, .success(verdict)) }
    }
  }

  /// The printer has shown by another sign that it takes no commands.
  func refuseAll() {
    for number in waiters.keys.sorted() {
      finish(number, .success(.refused(reason: nil, isSignature: true)))
    }
  }

  func fail(_ number: Int, _ error: any Error) { finish(number, .failure(error)) }

  /// The session ends by our own doing.
  func failAll(_ error: any Error) {
    for number in waiters.keys.sorted() { finish(number, .failure(error)) }
  }

  private func expire(_ number: Int) {
    guard let waiter = waiters[number] else { return }
    finish(number, .success(waiter.progress.expired))
  }

  private func finish(_ number: Int, _ outcome: Outcome) {
    guard let waiter = waiters.removeValue(forKey: number) else { return }
    waiter.timer.cancel()
    waiter.tell(outcome)
  }
}
