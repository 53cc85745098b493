import Glibc
import Loop
import Synchronization
import Testing

@Suite("Work that blocks runs on a few threads")
struct ThreadPoolTests {
  private func pool(limit: Int = 3, waiting: Int = 4, idleSeconds: Int = 1) -> ThreadPool {
    ThreadPool(name: "test", limit: limit, idleSeconds: idleSeconds, waiting: waiting)
  }

  /// A gate that work waits at.
  private final class Gate: Sendable {
    private let semaphore = Semaphore()
    func open(times: Int = 1) { for _ in 0..<times { semaphore.post() } }
    func pass() { _ = semaphore.wait(seconds: 20) }
  }

  private final class Count: Sendable {
    let value = Atomic(0)
  }

  @Test("what is in one lane runs one after the other, lanes run side by side")
  func lanes() async {
    let pool = pool(waiting: 100)
    let (first, second) = (pool.makeNumber(), pool.makeNumber())
    let inLane = Count()
    let gate = Gate()
    await withTaskGroup { group in
      for _ in 0..<20 {
        group.addTask {
          _ = await pool.run(lane: first) { _ in
            #expect(inLane.value.add(1, ordering: .sequentiallyConsistent).newValue == 1)
            inLane.value.subtract(1, ordering: .sequentiallyConsistent)
          }
        }
      }
      // Each waits for the other: they only end side by side.
      group.addTask { _ = await pool.run(lane: second) { _ in gate.pass() } }
      group.addTask { _ = await pool.run { _ in gate.open() } }
    }
    pool.shutdown()
  }

  @Test("one more than may wait is refused, and what waits when it ends")
  func refusals() async {
    let pool = pool(limit: 1, waiting: 2)
    let gate = Gate()
    let hasBegun = Gate()
    async let running = pool.run { _ in
      hasBegun.open()
      gate.pass()
      return 1
    }
    await Task.detached { hasBegun.pass() }.value
    let results = await withTaskGroup(of: Result<Int, ThreadPool.Refusal>.self) { group in
      for number in 0..<3 { group.addTask { await pool.run { _ in number } } }
      // The one too many is refused at once; the others wait until the end.
      let refused = await group.next()
      pool.shutdown()
      var all = [refused].compactMap(\.self)
      for await result in group { all.append(result) }
      return all
    }
    #expect(results == [.failure(.busy), .failure(.cancelled), .failure(.cancelled)])
    gate.open()
    #expect(await running == .success(1))
    #expect(await pool.run { _ in 2 } == .failure(.cancelled))
  }

  @Test("work is told that nobody wants it any more")
  func cancelled() async {
    let pool = pool()
    let hasBegun = Gate()
    let task = Task {
      await pool.run { control in
        hasBegun.open()
        while !control.isCancelled { sched_yield() }
        return "broken off"
      }
    }
    await Task.detached { hasBegun.pass() }.value
    task.cancel()
    #expect(await task.value == .success("broken off"))
    pool.shutdown()
  }
}
