package import Rules

/// What a press did.
package struct ButtonPress: Hashable, Sendable {
  package enum Result: String, Sendable, CaseIterable {
    case done
    /// The gesture means nothing, or nothing waits for what it means.
    case nothing
    /// A short press within ten seconds does it.
    case confirm
    /// It is not possible now; `message` says why.
    case refused
  }

  package let action: ButtonAction?
  package let result: Result
  /// A sentence where it was refused.
  package let message: String?

  package init(action: ButtonAction?, result: Result, message: String? = nil) {
    self.action = action
    self.result = result
    self.message = message
  }
}
