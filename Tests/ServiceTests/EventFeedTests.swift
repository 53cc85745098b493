import Model
import Service
import Synchronization
import Testing

@Suite struct EventFeedTests {
  private final class Ear: Sendable {
    let heard = Mutex<[PrinterID]>([])

    func hear(_ event: ServiceEvent) {
      if case .printerRemoved(let id) = event { heard.withLock { $0.append(id) } }
    }
  }

  @Test func everyFollowerHearsEverythingInOrder() {
    let feed = EventFeed()
    let ears = [Ear(), Ear()]
    let subscriptions = ears.map { ear in feed.follow { ear.hear($0) } }
    for number in 1...3 { feed.publish(.printerRemoved(PrinterID(rawValue: Int64(number)))) }
    for ear in ears { #expect(ear.heard.withLock { $0.map(\.rawValue) } == [1, 2, 3]) }
    withExtendedLifetime(subscriptions) {}
  }

  @Test func hearsNothingMoreOnceTheSubscriptionIsGone() {
    let feed = EventFeed()
    let ear = Ear()
    var subscription: EventFeed.Subscription? = feed.follow { ear.hear($0) }
    feed.publish(.printerRemoved(PrinterID(rawValue: 1)))
    #expect(subscription != nil)
    subscription = nil
    feed.publish(.printerRemoved(PrinterID(rawValue: 2)))
    #expect(ear.heard.withLock { $0.map(\.rawValue) } == [1])
  }

  @Test func aMarkIsNewsWhenItDiffersFromThePrintersLast() {
    let marks = PrinterMarks<Int>()
    let (one, other) = (PrinterID(rawValue: 1), PrinterID(rawValue: 2))
    #expect(marks.isNews(1, of: one) && marks.isNews(1, of: other))
    #expect(!marks.isNews(1, of: one))
    #expect(marks.isNews(2, of: one) && marks.isNews(1, of: one))
    marks.forget(one)
    #expect(marks.isNews(1, of: one) && !marks.isNews(1, of: other))
  }
}
