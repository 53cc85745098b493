import Glibc
import Model
import Wire

/// Reads a backup from its beginning to its end, in constant memory, and believes nothing that it has not checked.
final class BackupReader {
  /// Bytes of the longest member that is read into memory.
  private static let smallest = 64 * 1024

  private let file: File
  private let cipher: PieceCipher?
  private let hash: RunningHash
  private var ready: [UInt8] = []
  private var offset = 0
  /// A sealed piece is opened when it is known whether it is the last.
  private var held: [UInt8] = []
  private var isAtEnd = false
  private var isFirst = true
  /// Bytes of the file that were read.
  private(set) var position: Int64 = 0
  let size: Int64
  private(set) var members: Int64 = 0

  /// - Throws: `BackupProblem`, or a `SystemError`.
  init(_ path: String, passphrase: Secret?) throws {
    file = try File(path, O_RDONLY | O_NOFOLLOW)
    size = Int64(File.size(of: path) ?? 0)
    hash = try RunningHash()
    let start = try file.read(limit: SealedForm.headerBytes)
    guard start.starts(with: SealedForm.magic) else {
      cipher = nil
      return
    }
    guard let passphrase else { throw BackupProblem.needsPassphrase }
    cipher = try SealedForm(header: start).cipher(passphrase)
    _ = try next(SealedForm.headerBytes)
  }

  /// Whether a file that begins so is sealed.
  static func isSealed(_ path: String) -> Bool {
    guard let file = try? File(path, O_RDONLY | O_NOFOLLOW) else { return false }
    return (try? file.read(limit: SealedForm.magic.count)) == SealedForm.magic
  }

  /// The next member; nil at the end, when everything that was read is proven to be whole.
  func member() throws -> TarHeader? {
    let digest = hash.digest
    let block = try take(TarHeader.block)
    guard block.count == TarHeader.block else { throw members == 0 ? BackupProblem.foreign : .cut }
    guard case .file(let header) = TarHeader.read(block) else {
      // Zeros instead of the last member, or anything else.
      throw members == 0 ? BackupProblem.foreign : .damaged("a member's header cannot be read")
    }
    members += 1
    guard header.name == BackupManifest.endMember else { return header }
    let said = try JSONParser.parse(try bytes(of: header), limits: .init(bytes: BackupManifest.limit))
    guard let digest, said["sha256"]?.string == digest.hex, said["members"] == .int(members - 1) else {
      throw BackupProblem.damaged("its checksum does not fit")
    }
    guard try take(2 * TarHeader.block) == TarHeader.end, try take(1).isEmpty else {
      throw BackupProblem.damaged("its end is not what was written")
    }
    return nil
  }

  /// A small member's bytes.
  func bytes(of header: TarHeader) throws -> [UInt8] {
    guard header.size <= Self.smallest else { throw BackupProblem.damaged("\(header.name) is too long") }
    var bytes: [UInt8] = []
    try pieces(of: header) { bytes += $0 }
    return bytes
  }

  /// All bytes of a member, in pieces.
  func pieces(of header: TarHeader, _ body: ([UInt8]) throws -> Void) throws {
    var left = header.size
    while left > 0 {
      let piece = try take(Int(min(left, Int64(SealedForm.piece))))
      guard !piece.isEmpty else { throw BackupProblem.cut }
      left -= Int64(piece.count)
      try body(piece)
    }
    let filling = try take(header.padding)
    guard filling.count == header.padding else { throw BackupProblem.cut }
    guard filling.allSatisfy({ $0 == 0 }) else { throw BackupProblem.damaged("there is something between its members") }
  }

  /// So many plain bytes, or fewer at the end.
  private func take(_ count: Int) throws -> [UInt8] {
    while ready.count - offset < count, !isAtEnd { try refill() }
    let end = min(ready.count, offset + count)
    let bytes = Array(ready[offset..<end])
    offset = end
    hash.take(bytes)
    return bytes
  }

  private func refill() throws {
    ready.removeFirst(offset)
    offset = 0
    guard let cipher else {
      let bytes = try next(SealedForm.piece)
      isAtEnd = bytes.isEmpty
      ready += bytes
      return
    }
    let full = SealedForm.piece + SealedForm.tagBytes
    while held.count <= full, case let more = try next(full + 1 - held.count), !more.isEmpty { held += more }
    let isLast = held.count <= full
    guard let plain = cipher.open(Array(held.prefix(full)), isLast: isLast) else {
      if isFirst { throw BackupProblem.wrongPassphrase }
      throw isLast ? BackupProblem.cut : .damaged("a part of it was changed")
    }
    isFirst = false
    held.removeFirst(min(full, held.count))
    isAtEnd = isLast
    ready += plain
  }

  private func next(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let found = try retryingInterrupts { Glibc.read(file.descriptor, &bytes, count) }
    position += Int64(found)
    return found == count ? bytes : Array(bytes[..<found])
  }
}
