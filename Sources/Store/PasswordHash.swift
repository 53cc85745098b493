import COpenSSL
package import Model

/// A password as it is kept: by scrypt (RFC 7914), with a salt of its own.
///
/// Making one and holding a password against one each take some tenths of a second on a small board and
/// `memory` bytes, so they belong on a thread where nobody waits.
package struct PasswordHash: Hashable, Sendable {
  /// The work that a guess costs: 8 MiB, ten times. OWASP's equal of 128 MiB once, for boards that do not have these.
  package struct Cost: Hashable, Sendable {
    package var cost: UInt64
    package var blockSize: UInt64
    package var parallelism: UInt64

    package init(cost: UInt64, blockSize: UInt64, parallelism: UInt64) {
      self.cost = cost
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    package static let standard = Cost(cost: 8192, blockSize: 8, parallelism: 10)
  }

  /// The most that OpenSSL may take for one hash, in bytes (contract, section 3).
  package static let memory: UInt64 = 16 << 20
  private static let length = 32

  package let salt: [UInt8]
  package let digest: [UInt8]
  package let cost: Cost

  package init(salt: [UInt8], digest: [UInt8], cost: Cost) {
    self.salt = salt
    self.digest = digest
    self.cost = cost
  }

  /// With a new salt.
  package init(_ password: Secret) throws(StoreFailure) {
    cost = .standard
    salt = try RandomText.bytes(16)
    digest = try Self.derive(password, salt: salt, cost: cost)
  }

  /// Takes as long for a wrong password as for the right one.
  package func matches(_ password: Secret) throws(StoreFailure) -> Bool {
    Digest.areEqual(try Self.derive(password, salt: salt, cost: cost), digest)
  }

  static func derive(_ password: Secret, salt: [UInt8], cost: Cost) throws(StoreFailure) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: length)
    let text = Array(password.exposed.utf8)
    let isDone = text.withUnsafeBytes { bytes in
      EVP_PBE_scrypt(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, salt, salt.count, cost.cost,
        cost.blockSize, cost.parallelism, memory, &digest, length)
    }
    guard isDone == 1 else {
      ERR_clear_error()
      throw StoreFailure(.io, "There was no memory to work on a password. Try again.")
    }
    return digest
  }
}
