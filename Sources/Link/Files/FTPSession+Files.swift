import Model
import Wire

extension FTPSession {
  /// Commands of which each must be answered well.
  func order(_ lines: [String]) throws(StorageError) {
    for reply in try commands(lines) where !reply.isPositive { throw StorageError(reply: reply.code) }
  }

  /// Bytes of a file. SIZE in text mode is refused by some servers, so the mode goes first.
  func size(of path: StoragePath) throws(StorageError) -> Int64 {
    let replies = try commands(["TYPE I", "SIZE \(path.text)"])
    guard let reply = replies.last, reply.code == 213, let size = reply.number else {
      throw StorageError(reply: replies.last?.code ?? 0)
    }
    return size
  }

  func freeSpace() throws(StorageError) -> Int64? {
    guard let reply = try commands(["AVBL"]).last else { return nil }
    if reply.code == 213 { return reply.number }
    // Not known, or not done here: no fault of anyone.
    if [500, 502, 504].contains(reply.code) { return nil }
    throw StorageError(reply: reply.code)
  }

  func delete(_ path: StoragePath) throws(StorageError) { try order(["DELE \(path.text)"]) }

  func rename(_ path: StoragePath, to new: StoragePath) throws(StorageError) {
    let commands = ["RNFR \(path.text)", "RNTO \(new.text)"]
    // Alone first: both go out together, and a new name for nothing is not for the printer to interpret.
    try order([commands[0]])
    guard let second = try self.commands(commands).last, !second.isPositive else { return }
    // Some file systems do not replace: make room, once.
    guard (try? size(of: new)) != nil else {
      throw second.code == 550 ? .cannotCreate : StorageError(reply: second.code)
    }
    try delete(new)
    try order(commands)
  }

  func listing(of folder: StoragePath, namesOnly: Bool) throws(StorageError) -> [UInt8] {
    try withDataChannel { () throws(StorageError) in
      try listing(of: folder, namesOnly: namesOnly, limit: StorageListing.Limits().total)
    }
  }

  /// Runs a transfer, and once more with data in clear when the encrypted channel failed and the printer may have it so.
  /// Which one it needs is remembered only when the clear one did better.
  func withDataChannel<Answer>(_ body: () throws(StorageError) -> Answer) throws(StorageError) -> Answer {
    do throws(StorageError) { return try body() } catch {
      guard error.blamesDataChannel, target.allowsClearData, !habits.needsClearData else { throw error }
    }
    habits.needsClearData = true
    do throws(StorageError) { return try body() } catch {
      habits.needsClearData = false
      throw error
    }
  }
}
