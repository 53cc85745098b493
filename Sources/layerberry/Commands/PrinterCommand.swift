import ArgumentParser
import Model
import Service
import Store
import Wire

/// Printers from the command line.
struct PrinterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "printer", abstract: "Shows printers.", subcommands: [List.self, Discover.self, Status.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the printers that were added.")

    @OptionGroup var place: DataOptions
    @Flag(help: "As JSON, for scripts.") var json = false

    func run() throws {
      do {
        let records = try place.withDatabase { try await PrinterRepository($0).all() }
        print(json ? Self.json(records) : Self.table(records))
      } catch {
        throw Failure.exit(for: error)
      }
    }

    private static func json(_ records: [PrinterRecord]) -> String {
      var json = JSONWriter()
      json.beginArray()
      for record in records {
        json.beginObject()
        json.key("id")
        json.write(record.id.rawValue)
        json.key("name")
        json.write(record.name)
        json.key("ip_address")
        json.write(record.host.text)
        json.key("serial_number")
        json.write(record.serial.text)
        json.key("model_code")
        if let model = record.model ?? PrinterModel(serial: record.serial) {
          json.write(model.rawValue)
        } else {
          json.null()
        }
        json.key("enabled")
        json.write(record.isEnabled)
        json.endObject()
      }
      json.endArray()
      return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func table(_ records: [PrinterRecord]) -> String {
      guard !records.isEmpty else { return "There are no printers. Add one with POST /api/v1/printers." }
      return Table.text(
        header: ["id", "name", "model", "address", "serial number"],
        rows: records.map { record in
          let model = record.model ?? PrinterModel(serial: record.serial)
          return [
            record.id.description, record.name, model?.displayName ?? "unknown", record.host.text, record.serial.text,
          ]
        })
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows how the printers stand, as the running service sees them.")

    @OptionGroup var place: DataOptions
    @Option(help: "The port of the running service; else the configuration's.") var port: Int?
    @Argument(help: "The printer's number; all when not given.") var id: Int64?
    @Flag(help: "As JSON, for scripts.") var json = false

    func run() throws {
      do {
        let configuration = try place.configuration()
        let path = id.map { "/printers/\($0)/status" } ?? "/printers"
        let api = try LocalAPI(configuration, port: port)
        let answer = try place.withDatabase { try await api.get(path, database: $0) }
        print(json ? String(decoding: answer, as: UTF8.self) : try Self.table(answer, of: id))
      } catch {
        throw Failure.exit(for: error)
      }
    }

    private static func table(_ answer: [UInt8], of id: Int64?) throws -> String {
      let value = try JSONParser.parse(answer, limits: .init(bytes: 16 << 20))
      if id != nil {
        return Table.text(
          header: ["field", "value"],
          rows: [
            "state", "error", "task_name", "progress", "remaining_time", "current_layer", "total_layers",
            "hms_status", "control", "last_update",
          ].map { [$0, shown(value[$0])] })
      }
      return Table.text(
        header: ["id", "name", "model", "status", "progress", "error"],
        rows: (value.array ?? []).map { printer in
          [
            printer["id"], printer["name"], printer["model"], printer["status"], printer["current_print"]?["progress"],
            printer["error"],
          ].map(shown)
        })
    }

    private static func shown(_ value: JSONValue?) -> String {
      switch value {
      case .string(let text)?: text
      case .int(let number)?: String(number)
      case .double(let number)?: String(number)
      case .bool(let flag)?: flag ? "yes" : "no"
      default: "-"
      }
    }
  }
}
