import CZip
import Glibc

/// A ZIP that is open for reading. Members are known by their names in lower case (3MF names do not differ by case),
/// and nothing of it is ever written to disk.
struct ZipArchive: ~Copyable {
  private let archive: OpaquePointer
  /// By name in lower case.
  let members: [String: ZipMember]
  /// Unpacked bytes that may still be read.
  private var budget: Int

  /// Judges every member before any is read.
  init(_ file: borrowing InputFile, _ limits: PrintFileLimits) throws(PrintFileError) {
    try ZipEnd.check(file, limits)
    let descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw InputFile.failure(errno) }
    var code: Int32 = 0
    guard let archive = zip_fdopen(descriptor, 0, &code) else {
      close(descriptor)
      throw .damaged("The file's list of members is broken (libzip error \(code)).")
    }
    do throws(PrintFileError) {
      members = try Self.members(of: archive, fileSize: UInt64(file.size), limits)
    } catch {
      zip_discard(archive)
      throw error
    }
    self.archive = archive
    budget = limits.readBytes
  }

  deinit { zip_discard(archive) }

  private static func members(
    of archive: OpaquePointer, fileSize: UInt64, _ limits: PrintFileLimits
  ) throws(PrintFileError) -> [String: ZipMember] {
    let count = zip_get_num_entries(archive, 0)
    guard count >= 0, count <= Int64(limits.entries) else {
      throw .hostile("The file has more than \(limits.entries) members.")
    }
    var members: [String: ZipMember] = [:]
    members.reserveCapacity(Int(count))
    var total: UInt64 = 0
    for index in 0..<UInt64(count) {
      var facts = zip_stat_t()
      guard zip_stat_index(archive, index, ZIP_FL_ENC_RAW, &facts) == 0, let cName = facts.name,
        facts.valid & UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD) != 0
      else { throw .damaged("The file's list of members is broken.") }
      let name = String(cString: cName)
      if let objection = ZipMember.objection(to: name, limits) { throw .hostile("The file has \(objection).") }
      try check(facts, limits)
      total += facts.size
      guard members.updateValue(ZipMember(index: index, size: facts.size), forKey: name.lowercased()) == nil else {
        throw .hostile("The file has two members of one name.")
      }
    }
    guard total <= limits.totalBytes, total <= max(limits.ratioFrom, fileSize.multipliedClamped(by: limits.ratio))
    else {
      throw .hostile("The file's members would be too large when unpacked.")
    }
    return members
  }

  private static func check(_ facts: zip_stat_t, _ limits: PrintFileLimits) throws(PrintFileError) {
    guard facts.size <= limits.memberBytes else { throw .hostile("The file has a member that is too large.") }
    guard facts.size <= max(limits.ratioFrom, facts.comp_size.multipliedClamped(by: limits.ratio)) else {
      throw .hostile("The file has a member that is packed more tightly than any real one.")
    }
    // Other methods are not what 3MF allows, and their unpackers may ask for any amount of memory.
    guard facts.comp_method == ZIP_CM_STORE || facts.comp_method == ZIP_CM_DEFLATE, facts.encryption_method == 0 else {
      throw .damaged("The file has a member that is encrypted or packed in a way that 3MF does not know.")
    }
  }

  func has(_ name: String) -> Bool { members[name.lowercased()] != nil }

  /// Unpacks up to `limit` bytes of a member and hands them out in pieces; `take` returns false when it has enough.
  /// - Returns: false where there is no such member.
  /// - Throws: `damaged` where it does not unpack, `hostile` when the whole reading has unpacked too much.
  @discardableResult
  mutating func stream(
    _ name: String, limit: Int, _ take: (UnsafeRawBufferPointer) throws(PrintFileError) -> Bool
  ) throws(PrintFileError) -> Bool {
    guard let member = members[name.lowercased()] else { return false }
    guard let open = zip_fopen_index(archive, member.index, 0) else { throw Self.broken(name) }
    defer { zip_fclose(open) }
    let size = 32 << 10
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    var left = limit
    while left > 0 {
      guard budget > 0 else { throw .hostile("The file has more settings than any real one.") }
      let count = Int(zip_fread(open, buffer, UInt64(min(left, budget, size))))
      guard count >= 0 else { throw Self.broken(name) }
      guard count > 0 else { break }
      left -= count
      budget -= count
      guard try take(UnsafeRawBufferPointer(start: buffer, count: count)) else { break }
    }
    return true
  }

  /// A member as a whole; nil where there is none, or a larger one.
  mutating func bytes(of name: String, limit: Int) throws(PrintFileError) -> [UInt8]? {
    guard let member = members[name.lowercased()], member.size <= UInt64(limit) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(member.size))
    try stream(name, limit: limit) { (some) throws(PrintFileError) in
      bytes.append(contentsOf: some)
      return true
    }
    return bytes
  }

  private static func broken(_ name: String) -> PrintFileError { .damaged("Its member \(name) does not unpack.") }
}

extension UInt64 {
  fileprivate func multipliedClamped(by factor: UInt64) -> UInt64 {
    let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
    return isTooLarge ? .max : product
  }
}
