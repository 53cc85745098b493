/// Why bytes on the bind port are no frame.
package enum BindFrameError: Error, Hashable, Sendable {
  /// The frame does not begin with A5 A5.
  case noBeginning
  /// The frame does not end with A7 A7.
  case noEnd
  /// The length is below the least or above `BindFrame.maximumBytes`.
  case length(Int)
}

/// The frames of the bind port, TCP 3000 and 3002 (protocol sheet, section 2): A5 A5, the length of the whole in two
/// bytes with the low one first, JSON, A7 A7.
package enum BindFrame {
  /// A whole frame; an answer is a few hundred bytes.
  package static let maximumBytes = 4096
  static let overhead = 6

  /// nil when the payload is too long for a frame.
  package static func encode(_ payload: some Collection<UInt8>) -> [UInt8]? {
    let length = payload.count + overhead
    guard length <= maximumBytes else { return nil }
    return [0xA5, 0xA5, UInt8(length & 0xFF), UInt8(length >> 8)] + payload + [0xA7, 0xA7]
  }
}

/// Takes the frames out of a stream, however the bytes are cut. After an error it stays broken: close the connection.
package struct BindFrameDecoder: Sendable {
  private var buffer: [UInt8] = []
  private var failure: BindFrameError?

  package init() {}

  /// The payloads that have become whole. Never holds more than one unfinished frame and what was passed in.
  package mutating func append(_ bytes: some Collection<UInt8>) throws(BindFrameError) -> [[UInt8]] {
    if let failure { throw failure }
    buffer.append(contentsOf: bytes)
    var payloads: [[UInt8]] = []
    var start = 0
    do throws(BindFrameError) {
      while let length = try Self.length(of: buffer[start...]), buffer.count - start >= length {
        let end = start + length
        guard buffer[end - 2] == 0xA7, buffer[end - 1] == 0xA7 else { throw .noEnd }
        payloads.append(Array(buffer[start + 4..<end - 2]))
        start = end
      }
    } catch {
      failure = error
      buffer = []
      throw error
    }
    buffer.removeFirst(start)
    return payloads
  }

  /// The length of the frame that begins here; nil until enough of it has come.
  private static func length(of bytes: ArraySlice<UInt8>) throws(BindFrameError) -> Int? {
    guard bytes.prefix(2).allSatisfy({ $0 == 0xA5 }) else { throw .noBeginning }
    guard bytes.count >= 4 else { return nil }
    let length = Int(bytes[bytes.startIndex + 2]) | Int(bytes[bytes.startIndex + 3]) << 8
    guard (BindFrame.overhead...BindFrame.maximumBytes).contains(length) else { throw .length(length) }
    return length
  }
}
