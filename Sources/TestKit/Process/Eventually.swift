/// Waits for something to become so, and fails when it does not within the time: what outside programs do has no event
/// to wait for, so this looks every few milliseconds.
@discardableResult
package func eventually<Value: Sendable>(
  within seconds: Double, _ what: @autoclosure () -> String, _ look: () async throws -> Value?
) async throws -> Value {
  let clock = ContinuousClock()
  let deadline = clock.now.advanced(by: .milliseconds(Int64(seconds * 1000)))
  while true {
    if let value = try await look() { return value }
    guard clock.now < deadline else { throw TestKitError("not within \(seconds) s: \(what())") }
    try await clock.sleep(for: .milliseconds(5))
  }
}
