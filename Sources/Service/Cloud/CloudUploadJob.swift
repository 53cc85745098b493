import Model
import Store
import Synchronization

/// A file that waits for its way to the cloud.
struct CloudUploadJob: Sendable {
  var record: CloudUploadRecord
  /// Held, so that nobody removes it meanwhile.
  var file: StoredFile
  /// Of which sign-in.
  var session: Int
}

/// The bytes that have gone out, as the sending thread counts them: too often for the database.
final class UploadProgress: Sendable {
  private let sent = Mutex<(id: Int64, bytes: Int64)?>(nil)

  func set(_ bytes: Int64, of id: Int64) { sent.withLock { $0 = (id, bytes) } }

  func bytes(of id: Int64) -> Int64? { sent.withLock { $0?.id == id ? $0?.bytes : nil } }
}
