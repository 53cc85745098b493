import COpenSSL
import Glibc

/// The CAs and intermediates of the trust folder, read once and shared by all sessions.
///
/// A certificate in the folder is trusted because a person put it there: a chain may end at an intermediate.
package final class TrustStore: @unchecked Sendable {
  // Unchecked: written in init only; OpenSSL counts its references and locks its look-ups itself.
  package let pointer: OpaquePointer?
  /// How many certificates the folder held; 0 means that no chain can be verified.
  package let count: Int

  /// At most this many files, each of at most `fileLimit` bytes; more is an error and not a silent cut.
  package static let filesLimit = 256
  package static let fileLimit = 1 << 20

  /// A store without any CA: every printer is then trusted by its pinned key.
  package init() {
    pointer = nil
    count = 0
  }

  /// Reads every `*.pem` of the folder. An absent folder is an empty store.
  package init(folder: String) throws(TrustStoreError) {
    let names = try Self.certificateFiles(in: folder)
    guard !names.isEmpty else {
      pointer = nil
      count = 0
      return
    }
    guard let store = X509_STORE_new() else { throw TrustStoreError(file: folder, reason: .outOfMemory) }
    var total = 0
    do throws(TrustStoreError) {
      for name in names { total += try Self.add(file: "\(folder)/\(name)", to: store) }
    } catch {
      X509_STORE_free(store)
      throw error
    }
    pointer = store
    count = total
  }

  deinit {
    if let pointer { X509_STORE_free(pointer) }
  }

  /// Adds all of it to what a context trusts.
  func extend(_ context: OpaquePointer) -> Bool {
    guard let pointer else { return true }
    guard let all = X509_STORE_get1_all_certs(pointer), let store = SSL_CTX_get_cert_store(context) else {
      return false
    }
    defer { OPENSSL_sk_pop_free(all) { X509_free(OpaquePointer($0)) } }
    return (0..<OPENSSL_sk_num(all)).allSatisfy { index in
      X509_STORE_add_cert(store, OpaquePointer(OPENSSL_sk_value(all, index))) == 1
    }
  }

  private static func certificateFiles(in folder: String) throws(TrustStoreError) -> [String] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw TrustStoreError(file: folder, reason: .unreadable(errno: errno))
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".pem"), !name.hasPrefix(".") else { continue }
      guard names.count < filesLimit else { throw TrustStoreError(file: folder, reason: .tooManyFiles) }
      names.append(name)
    }
    return names.sorted()
  }

  private static func add(file: String, to store: OpaquePointer) throws(TrustStoreError) -> Int {
    let bytes = try read(file)
    // The reader keeps the pointer, so that the bytes must stay where they are until it is done.
    return try bytes.withUnsafeBufferPointer { (bytes) throws(TrustStoreError) in try add(bytes, of: file, to: store) }
  }

  private static func add(
    _ bytes: UnsafeBufferPointer<UInt8>, of file: String, to store: OpaquePointer
  ) throws(TrustStoreError) -> Int {
    guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
      throw TrustStoreError(file: file, reason: .outOfMemory)
    }
    defer { BIO_free(source) }
    var added = 0
    ERR_clear_error()
    while let certificate = PEM_read_bio_X509(source, nil, nil, nil) {
      let stored = X509_STORE_add_cert(store, certificate)
      X509_free(certificate)
      guard stored == 1 else { throw TrustStoreError(file: file, reason: .outOfMemory) }
      added += 1
    }
    let end = ERR_peek_last_error()
    ERR_clear_error()
    // "No start line" is how a readable file ends; anything else is a broken certificate.
    guard ERR_GET_LIB(end) == ERR_LIB_PEM, ERR_GET_REASON(end) == PEM_R_NO_START_LINE else {
      throw TrustStoreError(file: file, reason: .brokenCertificate)
    }
    guard added > 0 else { throw TrustStoreError(file: file, reason: .noCertificate) }
    return added
  }

  private static func read(_ file: String) throws(TrustStoreError) -> [UInt8] {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TrustStoreError(file: file, reason: .unreadable(errno: errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw TrustStoreError(file: file, reason: .unreadable(errno: errno)) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= fileLimit else { throw TrustStoreError(file: file, reason: .tooLarge) }
    }
  }
}

/// A file of the trust folder that cannot be used, by name.
package struct TrustStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case unreadable(errno: Int32)
    case noCertificate
    case brokenCertificate
    case tooLarge
    case tooManyFiles
    case outOfMemory
  }

  package var file: String
  package var reason: Reason

  package init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  package var description: String {
    switch reason {
    case .unreadable(let code): "\(file) cannot be read: \(String(cString: strerror(code)))."
    case .noCertificate: "\(file) holds no certificate in PEM form."
    case .brokenCertificate: "\(file) holds a certificate that cannot be read."
    case .tooLarge: "\(file) is larger than \(TrustStore.fileLimit) bytes."
    case .tooManyFiles: "\(file) holds more than \(TrustStore.filesLimit) certificate files."
    case .outOfMemory: "\(file) could not be taken in: out of memory."
    }
  }
}
