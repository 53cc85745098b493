/// The request methods that the service gives a meaning to (RFC 9110, section 9; RFC 5789 for PATCH).
package enum RequestMethod: String, Hashable, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
  /// Any other method that HTTP knows: no resource has it, so that the router answers 405.
  case unsupported = "UNSUPPORTED"
}
