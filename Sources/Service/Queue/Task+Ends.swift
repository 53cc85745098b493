extension Task where Success == Void, Failure == Never {
  /// Returns when the task has ended, or after so long; it goes on then.
  func ends(within limit: Duration) async {
    let (ended, end) = AsyncStream<Void>.makeStream()
    // Owned by nobody: both end by themselves, at the latest with the task.
    Task<Void, Never> {
      await self.value
      end.finish()
    }
    let clock = Task<Void, Never> {
      try? await Task<Never, Never>.sleep(for: limit)
      end.finish()
    }
    for await _ in ended {}
    clock.cancel()
  }
}
