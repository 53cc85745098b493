package import Model

/// What `/system/info` tells.
package struct SystemInfo: Sendable {
  package struct Memory: Sendable {
    /// Bytes, each; nil where the kernel does not say.
    package var total: Int64?
    package var available: Int64?
    package var service: Int64?
  }

  package struct Disk: Sendable {
    package var total: Int64?
    package var free: Int64?
  }

  package var version: String
  package var uptime: Int
  package var time: Timestamp
  package var isClockSet: Bool
  package var archives: Int
  package var databaseBytes: Int64
  package var memory: Memory
  package var disk: Disk
  package var processors: Int
  package var load: Double?
  package var processorSeconds: Double?
  package var libraries: [(name: String, version: String)]
  package var printers: Int
  package var connectedPrinters: Int
}

/// What `/health` tells.
package struct Health: Sendable {
  package enum Printers: String, Sendable { case connected, degraded, disconnected }

  package var isDatabaseWell: Bool
  package var isStopping: Bool
  package var printers: Printers

  package var isHealthy: Bool { isDatabaseWell && !isStopping }
}
