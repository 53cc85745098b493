/// Objects that we have had left out of the running job, until its reports show them (protocol sheet, section 3.8): some
/// printers name them in `s_obj` only seconds later, and the next request must not count on them.
package struct SkippedParts: Hashable, Sendable {
  /// The printer has said that it leaves them out.
  package private(set) var accepted: Set<Int> = []
  /// Named to the printer; whether it obeys is not known.
  package private(set) var asked: Set<Int> = []

  package init() {}

  package mutating func ask(_ ids: [Int]) { asked.formUnion(ids) }

  /// The printer has answered; without an answer they stay as they are.
  package mutating func settle(_ ids: [Int], accepted isAccepted: Bool) {
    asked.subtract(ids)
    if isAccepted { accepted.formUnion(ids) }
  }

  package mutating func jobBegan() { self = SkippedParts() }
}
