/// Why a simulation does not start or a control line is not understood; the text is for people.
package struct SimulatorError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
