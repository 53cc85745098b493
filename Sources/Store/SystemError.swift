import Glibc

/// An errno with the call that gave it; turned into a `StoreFailure` where the path is known.
struct SystemError: Error, Hashable {
  var number: Int32

  static var current: SystemError { SystemError(number: errno) }

  /// The system's own words, such as "No space left on device".
  var words: String { String(cString: strerror(number)) }

  var kind: StoreFailure.Kind {
    switch number {
    case ENOSPC, EDQUOT, EFBIG: .diskFull
    case EACCES, EPERM, EROFS: .notWritable
    case ENOTDIR, ENOENT, EEXIST, ELOOP, ENAMETOOLONG: .notAFolder
    default: .io
    }
  }
}

/// Calls again while a signal interrupts: the one place where EINTR is handled here.
func retryingInterrupts(_ call: () -> Int) throws(SystemError) -> Int {
  while true {
    let result = call()
    if result >= 0 { return result }
    if errno != EINTR { throw .current }
  }
}
