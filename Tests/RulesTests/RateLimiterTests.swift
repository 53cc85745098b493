import Model
import Rules
import Testing

/// Holds a limiter, so that an expectation can count on it.
private final class Counter {
  var limiter: RateLimiter

  init(_ limiter: RateLimiter) { self.limiter = limiter }

  @discardableResult
  func take(_ rateClass: RateClass, by subject: RateSubject, now: Timestamp) -> RateVerdict? {
    limiter.take(rateClass, by: subject, now: now)
  }
}

@Suite struct RateLimiterTests {
  private let phone = RateSubject.address("192.168.1.7")

  @Test func theMinuteBeginsWithItsFirstRequest() throws {
    let limiter = Counter(RateLimiter(limits: RateLimits(control: 2)))
    let first = try #require(limiter.take(.control, by: phone, now: .at(30)))
    #expect(first.isAllowed && first.limit == 2 && first.remaining == 1)
    #expect(first.reset == Timestamp.at(90).milliseconds / 1000)
    let second = try #require(limiter.take(.control, by: phone, now: .at(60)))
    #expect(second.isAllowed && second.remaining == 0)
    let third = try #require(limiter.take(.control, by: phone, now: .at(89.5)))
    #expect(!third.isAllowed && third.remaining == 0 && third.retryAfter == 1)
    let fourth = try #require(limiter.take(.control, by: phone, now: .at(90)))
    #expect(fourth.isAllowed && fourth.remaining == 1)
  }

  @Test func eachClassAndEachSubjectHasItsOwnBucket() {
    let limiter = Counter(RateLimiter(limits: RateLimits(read: 1, write: 1, control: 1)))
    let subjects: [RateSubject] = [phone, .address("::1"), .key(KeyID(rawValue: 1)), .key(KeyID(rawValue: 2))]
    for subject in subjects {
      for rateClass in RateClass.allCases {
        #expect(limiter.take(rateClass, by: subject, now: .at(0))?.isAllowed == true)
        #expect(limiter.take(rateClass, by: subject, now: .at(1))?.isAllowed == false)
      }
    }
  }

  @Test func zeroIsNoLimit() {
    let limiter = Counter(RateLimiter(limits: RateLimits(read: 0)))
    for _ in 0..<1000 { #expect(limiter.take(.read, by: phone, now: .at(0)) == nil) }
    #expect(limiter.limiter.count == 0)
  }

  @Test func aSignedInSessionHasTenTimesAsMuch() {
    let limiter = Counter(RateLimiter())
    #expect(limiter.take(.control, by: .session(SessionID(rawValue: 1)), now: .at(0))?.limit == 100)
    #expect(limiter.take(.read, by: .session(SessionID(rawValue: 1)), now: .at(0))?.limit == 1000)
    #expect(limiter.take(.read, by: phone, now: .at(0))?.limit == 100)
  }

  @Test func changedLimitsHoldForTheRunningMinute() {
    let limiter = Counter(RateLimiter(limits: RateLimits(read: 1)))
    limiter.take(.read, by: phone, now: .at(0))
    limiter.limiter.limits.read = 5
    #expect(limiter.take(.read, by: phone, now: .at(1))?.remaining == 3)
  }

  @Test func bucketsAreBoundedAndTheOneThatEndsFirstGoes() {
    let limiter = Counter(RateLimiter(limits: RateLimits(read: 1), capacity: 4))
    for number in 0..<4 { limiter.take(.read, by: .address("\(number)"), now: .at(Double(number))) }
    #expect(limiter.take(.read, by: .address("new"), now: .at(10))?.isAllowed == true)
    #expect(limiter.limiter.count == 4)
    // The second is still counted, the first has been forgotten.
    #expect(limiter.take(.read, by: .address("1"), now: .at(11))?.isAllowed == false)
    #expect(limiter.take(.read, by: .address("0"), now: .at(12))?.isAllowed == true)
  }

  @Test func endedBucketsAreForgottenFirst() {
    let limiter = Counter(RateLimiter(limits: RateLimits(read: 1), capacity: 3))
    for number in 0..<3 { limiter.take(.read, by: .address("\(number)"), now: .at(Double(number * 20))) }
    limiter.take(.read, by: .address("new"), now: .at(65))
    #expect(limiter.limiter.count == 3)
    #expect(limiter.take(.read, by: .address("1"), now: .at(66))?.isAllowed == false)
  }

  @Test func aFloodOfAddressesStaysWithinTheBound() {
    let limiter = Counter(RateLimiter())
    for number in 0..<20_000 { limiter.take(.read, by: .address("\(number)"), now: .at(Double(number) / 1000)) }
    #expect(limiter.limiter.count == 4096)
    limiter.take(.read, by: phone, now: .at(200))
    #expect(limiter.limiter.count == 1)
  }

  @Test func aClockSetBackLocksNobodyOut() {
    let limiter = Counter(RateLimiter(limits: RateLimits(read: 1)))
    limiter.take(.read, by: phone, now: .at(10_000))
    #expect(limiter.take(.read, by: phone, now: .at(0))?.isAllowed == true)
  }
}
