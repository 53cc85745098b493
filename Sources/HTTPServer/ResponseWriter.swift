package import NIOCore

/// Why writing ended: nothing more can reach the peer.
package enum ResponseWriteError: Error, Hashable, Sendable {
  /// The peer went away or did not read for `HTTPLimits.writeTimeout`; or the server stops.
  case closed
  /// More than the announced length was written.
  case beyondLength
}

/// Writes the body of a streamed answer.
///
/// For "the newest picture wins": `flush` after each picture and take the newest one then. The server keeps the
/// kernel's own queue of unsent bytes short, so that a slow viewer is not minutes behind.
package struct ResponseWriter: Sendable {
  let channel: any StreamSink

  init(_ channel: any StreamSink) { self.channel = channel }

  /// Sends a piece. Returns at once while the connection takes it, else waits until there is room again.
  package func write(_ buffer: ByteBuffer) async throws(ResponseWriteError) {
    try await channel.write(buffer)
  }

  /// Waits until everything written so far has gone to the kernel.
  package func flush() async throws(ResponseWriteError) {
    try await channel.flush()
  }
}

/// The connection as its response writer sees it.
protocol StreamSink: Sendable {
  func write(_ buffer: ByteBuffer) async throws(ResponseWriteError)
  func flush() async throws(ResponseWriteError)
}
