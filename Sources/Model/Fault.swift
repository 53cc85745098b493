/// An error that a person will read: a code, a sentence that says what happened and what to do, and the fields at fault.
///
/// The sentence never holds a secret, a path or a stack. Handlers throw it; one layer at the edge presents it.
package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  package var code: ErrorCode
  package var status: Int
  package var message: String
  /// The fields that did not pass, with what was expected of each.
  package var fields: [InvalidValue]
  /// Seconds after which trying again makes sense (429, 503).
  package var retryAfter: Int?
  /// The methods that a path has (405).
  package var allow: [String]
  /// What to switch on at the printer so that it takes commands (409 `COMMAND_REFUSED`; contract, section 5).
  package var controlHint: String?
  /// The cloud's own words (`CLOUD_ERROR`; contract, section 5, "Cloud").
  package var cloud: CloudProblem?

  package init(
    _ code: ErrorCode, _ message: String, status: Int? = nil, fields: [InvalidValue] = [], retryAfter: Int? = nil,
    allow: [String] = []
  ) {
    self.code = code
    self.status = status ?? code.status
    self.message = message
    self.fields = fields
    self.retryAfter = retryAfter
    self.allow = allow
  }

  package init(_ invalid: InvalidValue) {
    self.init(.invalidRequest, "\(invalid.description).", fields: [invalid])
  }

  package var description: String { "\(code.rawValue): \(message)" }
}
