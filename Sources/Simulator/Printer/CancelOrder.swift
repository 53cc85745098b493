/// How a person at the screen ends a job: firmware differs in what comes first (protocol sheet, section 7).
package enum CancelOrder: String, Sendable, CaseIterable {
  case codeFirst = "code-first"
  case together
  case codeLast = "code-last"
  /// RUNNING straight to IDLE, without a code.
  case idle
}
