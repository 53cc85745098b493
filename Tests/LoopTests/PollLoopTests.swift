import Synchronization
import TestKit
import Testing
import Loop

@Suite struct PollLoopTests {
  /// An actor that runs on the loop.
  actor Counter {
    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    var count = 0
    var fired: [Int] = []

    init(loop: PollLoop) { self.loop = loop }

    func add() -> Bool {
      count += 1
      return loop.isOnLoop
    }

    func schedule(_ milliseconds: [Int]) async {
      await withCheckedContinuation { continuation in
        let last = milliseconds.max() ?? 0
        for one in milliseconds {
          _ = loop.schedule(after: .milliseconds(one)) {
            self.assumeIsolated { me in
              me.fired.append(one)
              if one == last { continuation.resume() }
            }
          }
        }
      }
    }

    func scheduleAndCancel() async -> Bool {
      var hasFired = false
      let timer = loop.schedule(after: .milliseconds(5)) { hasFired = true }
      timer.cancel()
      timer.cancel()
      await schedule([20])
      return hasFired
    }
  }

  @Test func actorsOfTheLoopRunOnItsThread() async throws {
    try await withLoop { loop in
      let counter = Counter(loop: loop)
      await withTaskGroup { group in
        for _ in 0..<1000 { group.addTask { #expect(await counter.add()) } }
      }
      #expect(await counter.count == 1000)
      #expect(!loop.isOnLoop)
    }
  }

  @Test func timersFireInOrder() async throws {
    try await withLoop { loop in
      let counter = Counter(loop: loop)
      await counter.schedule([30, 10, 20, 10])
      #expect(await counter.fired == [10, 10, 20, 30])
    }
  }

  @Test func aCancelledTimerNeverFires() async throws {
    try await withLoop { loop in
      #expect(await Counter(loop: loop).scheduleAndCancel() == false)
    }
  }

  @Test func whatComesAfterTheEndRunsIsolatedOnTheThreadThatBringsIt() async throws {
    let loop = try PollLoop(name: "ended")
    let counter = Counter(loop: loop)
    loop.shutdown()
    await withTaskGroup { group in
      for _ in 0..<100 {
        group.addTask {
          loop.execute { counter.assumeIsolated { $0.count += 1 } }
          #expect(await counter.add())
        }
      }
    }
    #expect(await counter.count == 200)
    #expect(!loop.isOnLoop)
  }

  @Test func anIdleLoopSleeps() async throws {
    try await withLoop { loop in
      let counter = Counter(loop: loop)
      _ = await counter.add()
      let before = loop.passes
      // Another loop measures the time, this one has nothing to do.
      try await withLoop { other in await Counter(loop: other).schedule([150]) }
      #expect(loop.passes - before <= 1)
    }
  }

  @Test func jobsAfterTheEndStillRun() async throws {
    let loop = try PollLoop(name: "test")
    let counter = Counter(loop: loop)
    _ = await counter.add()
    loop.shutdown()
    loop.shutdown()
    #expect(await counter.add())
    #expect(await counter.count == 2)
  }
}
