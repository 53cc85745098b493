import Glibc

/// What is to be sent: a file by its path, or bytes that are in memory anyway.
package enum UploadSource: Sendable {
  case file(String)
  case bytes([UInt8])

  func open() throws(StorageError) -> OpenSource {
    switch self {
    case .file(let path):
      let file = try LocalFile(reading: path)
      return OpenSource(size: try file.size(), file: file, bytes: [])
    case .bytes(let bytes): return OpenSource(size: Int64(bytes.count), file: nil, bytes: bytes)
    }
  }
}

/// A source with its size fixed at the start: a file that shrinks while it is sent is an error, not a short upload.
struct OpenSource {
  let size: Int64
  let file: LocalFile?
  let bytes: [UInt8]

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Result<Int, StorageError> {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(buffer.count), size - offset))])
    guard !room.isEmpty else { return .success(0) }
    guard let file else {
      bytes.withUnsafeBytes {
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)...].prefix(room.count)))
      }
      return .success(room.count)
    }
    let result = file.read(into: room, at: offset)
    if case .success(0) = result { return .failure(.local(errno: EIO)) }
    return result
  }
}
