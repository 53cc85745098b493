import Store
import Synchronization

/// Makes the Nth call after `arm()` fail, with a result code of SQLite or an errno of the file system.
final class FailAt: Sendable {
  private let number: Int
  private let code: Int32
  private let systemError: Int32
  private let left = Mutex<Int?>(nil)

  init(_ number: Int, code: Int32, systemError: Int32 = 0) {
    self.number = number
    self.code = code
    self.systemError = systemError
  }

  func arm() { left.withLock { $0 = number } }
  func disarm() { left.withLock { $0 = nil } }

  var hook: CallHook { { [self] _ in isDue ? code : nil } }

  var fileHook: FileHook { { [self] _ in isDue ? systemError : nil } }

  private var isDue: Bool {
    left.withLock { left in
      guard let calls = left else { return false }
      left = calls - 1
      return calls == 1
    }
  }
}
