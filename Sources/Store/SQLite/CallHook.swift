/// A seam for tests: asked before each call that may fail; an extended result code makes the call fail with it.
///
/// "Fail the Nth call" is how the tests prove that a change is kept whole or not at all. The service passes none.
package typealias CallHook = @Sendable (SQLiteCall) -> Int32?

package enum SQLiteCall: Sendable, Hashable {
  case prepare, step
}
