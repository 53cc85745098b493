import Model

/// Works on passwords: one at a time, with five waiting; one more is sent away (contract, section 3), because each takes
/// megabytes and a processor for some tenths of a second.
actor HashDesk {
  static let places = 5

  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    if isBusy {
      guard waiting.count < Self.places else {
        throw Fault(
          .serviceUnavailable, "Several passwords are being checked already. Try again in a moment.", retryAfter: 2)
      }
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isBusy = true
    }
    defer { if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() } }
    return try await OwnThread.run(body)
  }
}
