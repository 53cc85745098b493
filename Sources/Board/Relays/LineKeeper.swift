/// Holds lines while the service is not there: systemd's store of descriptors on the appliance. Without one the kernel
/// lets go of a line with the process, and what it then shows is the chip's and the wiring's affair
/// (Documentation/decisions/0027-relays-outlive-the-service.md).
package protocol LineKeeper: Sendable {
  /// What was kept when this process started, by name. Each is handed over once.
  func takeKept(_ name: String) -> Int32?
  /// Lets go of everything kept that nobody took.
  func forgetRest()
  func keep(_ descriptor: Int32, as name: String)
  func forget(_ name: String)
}

/// No keeper.
package struct NoKeeper: LineKeeper {
  package init() {}
  package func takeKept(_ name: String) -> Int32? { nil }
  package func forgetRest() {}
  package func keep(_ descriptor: Int32, as name: String) {}
  package func forget(_ name: String) {}
}
