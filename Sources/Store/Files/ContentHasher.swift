package import Model

/// The hash of bytes that come in pieces.
package final class ContentHasher {
  private let hash = try? RunningHash()

  package init() {}

  package func take(_ bytes: [UInt8]) { hash?.take(bytes) }

  /// Of all so far; nil where there was no memory for it.
  package var digest: ContentHash? { hash?.digest }
}
