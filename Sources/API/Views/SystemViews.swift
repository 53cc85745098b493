import Model
import Service
import Wire

/// S1's health answer.
package struct HealthView: WireObject {
  let health: Health

  package static let name = "Health"
  package static let fields: [ObjectField<HealthView>] = [
    ObjectField("status", "`healthy` or `unhealthy`; an offline printer is not ill health.") {
      $0.health.isHealthy ? "healthy" : "unhealthy"
    },
    ObjectField("database", "`connected` or `unavailable`.") {
      $0.health.isDatabaseWell ? "connected" : "unavailable"
    },
    ObjectField("mqtt", "`connected` when every enabled printer is, `degraded` when some are, else `disconnected`.") {
      $0.health.printers.rawValue
    },
  ]
}

/// S1's fields, and what a person asks for when something is slow.
package struct SystemInfoView: WireObject {
  let info: SystemInfo

  package static let name = "SystemInfo"
  package static let fields: [ObjectField<SystemInfoView>] = [
    ObjectField("version", "Layerberry's version.") { $0.info.version },
    ObjectField("uptime", "Seconds since the service started.") { $0.info.uptime },
    ObjectField("clock", "`set`, or `unset` until the board knows the time.") { $0.info.isClockSet ? "set" : "unset" },
    ObjectField("time", "The time of the service.") { $0.info.time },
    ObjectField("database", "The database.") { DatabaseInfoView(info: $0.info) },
    ObjectField("memory", "Bytes.") { MemoryView(memory: $0.info.memory) },
    ObjectField("cpu", "Processors and load.") { ProcessorView(info: $0.info) },
    ObjectField("disk", "Bytes where the data lies.") { DiskView(disk: $0.info.disk) },
    ObjectField("versions", "What the service is built on.") { info in
      WireMap(info.info.libraries.map { (name: $0.name, value: $0.version) })
    },
    ObjectField("printers", "Printers by whether they are connected.") { PrinterCountView(info: $0.info) },
  ]
}

package struct DatabaseInfoView: WireObject {
  let info: SystemInfo

  package static let name = "DatabaseInfo"
  package static let fields: [ObjectField<DatabaseInfoView>] = [
    ObjectField("archives", "Archived prints.") { $0.info.archives },
    ObjectField("size_mb", "Its files, in MB of 1,000,000 bytes, to one decimal.") { view in
      (Double(view.info.databaseBytes) / 100_000).rounded() / 10
    },
  ]
}

package struct MemoryView: WireObject {
  let memory: SystemInfo.Memory

  package static let name = "Memory"
  package static let fields: [ObjectField<MemoryView>] = [
    ObjectField("total", "Of the board.") { $0.memory.total },
    ObjectField("available", "Of the board, without swapping.") { $0.memory.available },
    ObjectField("service", "Resident memory of the service.") { $0.memory.service },
  ]
}

package struct ProcessorView: WireObject {
  let info: SystemInfo

  package static let name = "Processor"
  package static let fields: [ObjectField<ProcessorView>] = [
    ObjectField("count", "Processors.") { $0.info.processors },
    ObjectField("load", "Processes that want to run, mean of the last minute.") { $0.info.load },
    ObjectField("service_seconds", "Processor time of the service since it started.") { $0.info.processorSeconds },
  ]
}

package struct DiskView: WireObject {
  let disk: SystemInfo.Disk

  package static let name = "Disk"
  package static let fields: [ObjectField<DiskView>] = [
    ObjectField("total", "Of the file system.") { $0.disk.total },
    ObjectField("free", "For the service.") { $0.disk.free },
  ]
}

package struct PrinterCountView: WireObject {
  let info: SystemInfo

  package static let name = "PrinterCount"
  package static let fields: [ObjectField<PrinterCountView>] = [
    ObjectField("total", "All printers.") { $0.info.printers },
    ObjectField("connected", "With a session.") { $0.info.connectedPrinters },
  ]
}
