import Loop

/// Watches whether there is a network; what it hears comes on the loop.
actor NetworkWatch {
  private nonisolated let loop: PollLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  private var presence: NetworkPresence?

  init(loop: PollLoop) { self.loop = loop }

  /// Calls at once with how it is, and at every change.
  func start(_ changed: @escaping @Sendable (Bool) -> Void) {
    presence = NetworkPresence(loop: loop, changed: changed)
  }

  func stop() {
    presence?.close()
    presence = nil
  }
}
