package import Model

/// How far a command has got: which of its messages the printer has answered, and whether a report shows what it was for.
///
/// Acknowledged is `result` success for every message, or an echo without `result` whose effect a report shows
/// afterwards; for pause, resume, stop and a start the effect must show in any case (contract, section 5).
package struct CommandProgress: Sendable {
  package enum Answer: Hashable, Sendable {
    case success
    /// The message came back without `result`, which proves nothing (protocol sheet, section 3.9).
    case echo
    /// - Parameter isSignature: the printer takes commands only from its maker's programs.
    case failed(reason: String?, isSignature: Bool)
  }

  package enum Verdict: Hashable, Sendable {
    case acknowledged
    case refused(reason: String?, isSignature: Bool)
    /// It was taken, and then the printer showed this error instead of the effect.
    case failed(PrintErrorCode)
    /// The time is over and there is no proof.
    /// - Parameter wasEchoed: the printer heard every message, yet nothing shows.
    case silent(wasEchoed: Bool)
  }

  private var answers: [String: Answer?]
  private let effect: CommandEffect?
  private let mustShow: Bool
  private var isShown = false
  private var errors: PrintErrorWatch?

  /// - Parameters:
  ///   - sequenceIDs: of the messages that are answered for.
  ///   - effect: nil where no report ever shows it.
  ///   - mustShow: success alone does not do.
  ///   - errors: an error that comes up is the answer; nil where errors have nothing to do with the command.
  package init(
    awaiting sequenceIDs: [String], effect: CommandEffect?, mustShow: Bool, errors: PrintErrorWatch? = nil
  ) {
    self.errors = errors
    answers = Dictionary(sequenceIDs.map { ($0, nil) }, uniquingKeysWith: { first, _ in first })
    self.effect = effect
    self.mustShow = mustShow && effect != nil
  }

  package func awaits(_ sequenceID: String) -> Bool { answers[sequenceID] != nil }

  /// The printer's answer to one of the messages; those to others are passed over.
  package mutating func answered(_ sequenceID: String, _ answer: Answer) -> Verdict? {
    guard let before = answers[sequenceID] else { return nil }
    if case .failed(let reason, let isSignature) = answer {
      return .refused(reason: reason, isSignature: isSignature)
    }
    // An echo that comes again, without a word, takes nothing back.
    answers[sequenceID] = before == .success ? .success : answer
    guard isAnswered else { return nil }
    return mustShow ? (isShown ? .acknowledged : nil) : (isGranted ? .acknowledged : nil)
  }

  /// A report came after the messages went out.
  package mutating func reported(_ report: PrinterReport) -> Verdict? {
    isShown = effect?.isShown(by: report) ?? false
    let error = errors?.news(in: report)
    if isShown { return isAnswered ? .acknowledged : nil }
    return error.map { .failed($0) }
  }

  package var expired: Verdict { .silent(wasEchoed: isAnswered) }

  private var isAnswered: Bool { answers.values.allSatisfy { $0 != nil } }
  private var isGranted: Bool { answers.values.allSatisfy { $0 == .success } }
}
