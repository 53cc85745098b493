import Rules
import Testing

/// What goes to a broker, and when.
@Suite("Topic ledger") struct TopicLedgerTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Everything that may go at this moment.
  private func drain(_ ledger: inout TopicLedger, at now: Double) -> [String] {
    var gone: [String] = []
    while let (topic, payload) = ledger.next(at: now) {
      gone.append("\(topic)=\(String(decoding: payload, as: UTF8.self))")
      ledger.sent(topic, at: now)
    }
    return gone
  }

  @Test("A value goes once, in the order in which topics were wanted")
  func once() {
    var ledger = TopicLedger(pace: 5)
    ledger.want(bytes("1"), at: "b")
    ledger.want(bytes("2"), at: "a")
    ledger.want(bytes("1"), at: "b")
    #expect(drain(&ledger, at: 0) == ["b=1", "a=2"])
    ledger.want(bytes("1"), at: "b", isUrgent: false)
    ledger.want(bytes("2"), at: "a")
    #expect(drain(&ledger, at: 100) == [] && ledger.isIdle && ledger.dueAt == nil)
  }

  @Test("What is not urgent waits for the topic's pace, and only the newest value goes")
  func pace() {
    var ledger = TopicLedger(pace: 5)
    ledger.want(bytes("1"), at: "a", isUrgent: false)
    #expect(drain(&ledger, at: 0) == ["a=1"])
    for value in 2...50 { ledger.want(bytes("\(value)"), at: "a", isUrgent: false) }
    #expect(drain(&ledger, at: 4.9) == [] && ledger.dueAt == 5)
    #expect(drain(&ledger, at: 5) == ["a=50"])
  }

  @Test("An urgent change is never held back, and stays urgent when figures follow it")
  func urgent() {
    var ledger = TopicLedger(pace: 5)
    ledger.want(bytes("idle 1"), at: "a")
    _ = drain(&ledger, at: 0)
    ledger.want(bytes("idle 2"), at: "a", isUrgent: false)
    ledger.want(bytes("printing 2"), at: "a", isUrgent: true)
    ledger.want(bytes("printing 3"), at: "a", isUrgent: false)
    #expect(drain(&ledger, at: 0.1) == ["a=printing 3"])
    ledger.want(bytes("printing 4"), at: "a", isUrgent: false)
    #expect(drain(&ledger, at: 1) == [])
  }

  @Test("A topic that is held back holds up no other")
  func others() {
    var ledger = TopicLedger(pace: 5)
    ledger.want(bytes("1"), at: "a")
    _ = drain(&ledger, at: 0)
    ledger.want(bytes("2"), at: "a", isUrgent: false)
    ledger.want(bytes("1"), at: "b")
    #expect(drain(&ledger, at: 1) == ["b=1"])
  }

  @Test("What is taken away goes as an empty message and is forgotten")
  func removal() {
    var ledger = TopicLedger(pace: 5)
    ledger.want(bytes("1"), at: "a")
    ledger.want(bytes("1"), at: "b")
    _ = drain(&ledger, at: 0)
    ledger.want(nil, at: "a")
    #expect(!ledger.holds("a") && ledger.holds("b"))
    #expect(drain(&ledger, at: 0) == ["a="] && ledger.topics == ["b"])
    // What somebody else left.
    ledger.want(nil, at: "stranger")
    #expect(drain(&ledger, at: 0) == ["stranger="])
    ledger.clear()
    #expect(drain(&ledger, at: 0) == ["b="] && ledger.topics == [])
  }

  @Test("After a new session everything goes again, whatever its pace")
  func renewal() {
    var ledger = TopicLedger(pace: 5)
    ledger.want(bytes("1"), at: "a", isUrgent: false)
    ledger.want(bytes("2"), at: "b")
    _ = drain(&ledger, at: 0)
    ledger.want(bytes("3"), at: "b", isUrgent: false)
    ledger.renew()
    #expect(drain(&ledger, at: 0.1) == ["b=3", "a=1"])
  }
}
