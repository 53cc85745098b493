import Glibc
import Logging
import Model
import Store

/// Tells the owner the first password (contract, section 3): on standard error; where that is the journal, which others may
/// read and which keeps it, in a file of the data folder.
struct FirstWord {
  let isJournal: Bool

  func tell(_ password: Secret, folder: DataFolder, logger: Logger) throws(StoreFailure) {
    guard isJournal else {
      var line = Array("first password: \(password.exposed)\n".utf8)
      _ = write(STDERR_FILENO, &line, line.count)
      return
    }
    try folder.writeFirstPassword(password)
    logger.notice("the first password is in \(folder.firstPassword)")
  }
}
