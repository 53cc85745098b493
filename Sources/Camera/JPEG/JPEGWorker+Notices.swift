import NIOCore

extension JPEGWorker {
  /// Draws the notice, or finds it drawn. The answer comes on the worker's thread, or at once; nil when there is no
  /// memory for it, or the worker has ended.
  func draw(_ notice: Notice, drawn: @escaping @Sendable (ByteBuffer?) -> Void) {
    if let jpeg = notices.jpeg(for: notice) { return drawn(jpeg) }
    submit(
      { [notices] in
        let jpeg = try? notice.draw()
        if let jpeg { notices.keep(jpeg, for: notice) }
        drawn(jpeg)
      }, isSmall: true
    ) {
      drawn(nil)
    }
  }
}
