import Glibc
package import Model

extension DataFolder {
  /// Writes the first password where its owner alone can read it (0600).
  package func writeFirstPassword(_ password: Secret) throws(StoreFailure) {
    do {
      unlink(firstPassword)
      let file = try File(firstPassword, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
      try file.write((password.exposed + "\n").utf8)
      try file.sync()
      try File.syncFolder(path)
    } catch {
      throw Self.failure(error, "The first password cannot be written to \(firstPassword)")
    }
  }

  package func removeFirstPassword() { unlink(firstPassword) }
}
