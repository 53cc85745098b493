import Model
import Service
import Wire

/// S1's health answer.
package struct HealthView: WireObject {
  let health: Health

  package static let name = "Health"
  package static let fields: [ObjectField<HealthView>] = [
    ObjectField("status", "`healthy` or `unhealthy`; an offline printer is not ill health.", example: "healthy") {
      $0.health.isHealthy ? "healthy" : "unhealthy"
    },
    ObjectField("database", "`connected` or `unavailable`.", example: "connected") {
      $0.health.isDatabaseWell ? "connected" : "unavailable"
    },
    ObjectField(
      "mqtt", "`connected` when every enabled printer is, `degraded` when some are, else `disconnected`.",
      example: "connected"
    ) {
      $0.health.printers.rawValue
    },
  ]
}

/// S1's fields, and what a person asks for when something is slow.
package struct SystemInfoView: WireObject {
  let info: SystemInfo

  package static let name = "SystemInfo"
  package static let fields: [ObjectField<SystemInfoView>] = [
    ObjectField("version", "Layerberry's version.", example: "0.1.0") { $0.info.version },
    ObjectField("uptime", "Seconds since the service started.", example: 86400) { $0.info.uptime },
    ObjectField("clock", "`set`, or `unset` until the board knows the time.", example: "set") {
      $0.info.isClockSet ? "set" : "unset"
    },
    ObjectField("time", "The time of the service.") { $0.info.time },
    ObjectField("database", "The database.") { DatabaseInfoView(info: $0.info) },
    ObjectField("memory", "Bytes.") { MemoryView(memory: $0.info.memory) },
    ObjectField("cpu", "Processors and load.") { ProcessorView(info: $0.info) },
    ObjectField("disk", "Bytes where the data lies.") { DiskView(disk: $0.info.disk) },
    ObjectField("versions", "What the service is built on.", example: ["sqlite": "3.46.1", "openssl": "3.5.1"]) {
      info in
      WireMap(info.info.libraries.map { (name: $0.name, value: $0.version) })
    },
    ObjectField("printers", "Printers by whether they are connected.") { PrinterCountView(info: $0.info) },
  ]
}

package struct DatabaseInfoView: WireObject {
  let info: SystemInfo

  package static let name = "DatabaseInfo"
  package static let fields: [ObjectField<DatabaseInfoView>] = [
    ObjectField("archives", "Archived prints.", example: 1234) { $0.info.archives },
    ObjectField("size_mb", "Its files, in MB of 1,000,000 bytes, to one decimal.", example: 45.6) { view in
      (Double(view.info.databaseBytes) / 100_000).rounded() / 10
    },
  ]
}

package struct MemoryView: WireObject {
  let memory: SystemInfo.Memory

  package static let name = "Memory"
  package static let fields: [ObjectField<MemoryView>] = [
    ObjectField("total", "Of the board.", example: 4026531840) { $0.memory.total },
    ObjectField("available", "Of the board, without swapping.", example: 3221225472) { $0.memory.available },
    ObjectField("service", "Resident memory of the service.", example: 25165824) { $0.memory.service },
  ]
}

package struct ProcessorView: WireObject {
  let info: SystemInfo

  package static let name = "Processor"
  package static let fields: [ObjectField<ProcessorView>] = [
    ObjectField("count", "Processors.", example: 4) { $0.info.processors },
    ObjectField("load", "Processes that want to run, mean of the last minute.", example: 0.15) { $0.info.load },
    ObjectField("service_seconds", "Processor time of the service since it started.", example: 321.5) {
      $0.info.processorSeconds
    },
  ]
}

package struct DiskView: WireObject {
  let disk: SystemInfo.Disk

  package static let name = "Disk"
  package static let fields: [ObjectField<DiskView>] = [
    ObjectField("total", "Of the file system.", example: 31268536320) { $0.disk.total },
    ObjectField("free", "For the service.", example: 20132659200) { $0.disk.free },
  ]
}

package struct PrinterCountView: WireObject {
  let info: SystemInfo

  package static let name = "PrinterCount"
  package static let fields: [ObjectField<PrinterCountView>] = [
    ObjectField("total", "All printers.", example: 4) { $0.info.printers },
    ObjectField("connected", "With a session.", example: 3) { $0.info.connectedPrinters },
  ]
}
