import Store
import Synchronization

/// Makes the Nth call after `arm()` fail with a result code of SQLite.
final class FailAt: Sendable {
  private let number: Int
  private let code: Int32
  private let left = Mutex<Int?>(nil)

  init(_ number: Int, code: Int32) {
    self.number = number
    self.code = code
  }

  func arm() { left.withLock { $0 = number } }
  func disarm() { left.withLock { $0 = nil } }

  var hook: CallHook {
    { [self] _ in
      left.withLock { left in
        guard let calls = left else { return nil }
        left = calls - 1
        return calls == 1 ? code : nil
      }
    }
  }
}
