/// A socket that the loop polls. Confined to the loop.
package protocol LoopSource: AnyObject {
  /// Negative: not polled in this pass.
  var descriptor: Int32 { get }
  /// `POLLIN` and `POLLOUT`, as wanted now.
  var interest: Int16 { get }
  /// Something happened on the descriptor. It may remove itself or others.
  func ready(_ events: Int16)
  /// The loop ends: let go of the descriptor, and tell nobody.
  func loopEnded()
}
