import Synchronization

/// Hands every event to every follower, in order, on the publisher's own thread.
///
/// There is no queue here to overflow: a follower that cannot keep up has a bounded one of its own and says what it
/// drops. So a follower must be quick and never block.
package final class EventFeed: Sendable {
  package typealias Follower = @Sendable (ServiceEvent) -> Void

  private struct State {
    /// In the order in which they came.
    var followers: [(number: Int, follow: Follower)] = []
    var next = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// Follows until the given subscription is cancelled or gone.
  package func follow(_ follower: @escaping Follower) -> Subscription {
    let number = state.withLock { state in
      state.next += 1
      state.followers.append((state.next, follower))
      return state.next
    }
    return Subscription(feed: self, number: number)
  }

  package func publish(_ event: ServiceEvent) {
    // Called outside the lock, so that a follower may publish or unsubscribe.
    let followers = state.withLock(\.followers)
    for follower in followers { follower.follow(event) }
  }

  fileprivate func remove(_ number: Int) {
    state.withLock { $0.followers.removeAll { $0.number == number } }
  }

  /// Ends with the last reference to it.
  package final class Subscription: Sendable {
    private let feed: EventFeed
    private let number: Int

    fileprivate init(feed: EventFeed, number: Int) {
      self.feed = feed
      self.number = number
    }

    deinit { feed.remove(number) }
  }
}
