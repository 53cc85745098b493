import ArgumentParser
import Model
import Service
import Store
import Wire

/// Keys from the command line: it works beside a running service, which heeds them within a second.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Makes, lists and deletes API keys.",
    subcommands: [Create.self, List.self, Delete.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Makes a key and prints it, this once.")

    @OptionGroup var place: DataOptions
    @Option(help: "What it is for.") var name: String
    @Option(help: "Any of read, queue, control, manage, admin, with commas between.") var permissions: String
    @Option(help: "The numbers of the printers that exist for it, with commas between; all when not given.")
    var printers: String?
    @Flag(help: "As JSON, for scripts.") var json = false

    func run() throws {
      do {
        let granted = try Self.permissions(permissions)
        let shown = try Self.printers(printers)
        let name = trimmed(name)
        guard (1...100).contains(name.count) else { throw InvalidValue("--name", "must be 1 to 100 characters") }
        let made = try place.withDatabase { database in
          try await KeyRing(database: database, clock: SystemClock()).create(
            KeyGrant(name: name, permissions: granted, printerIDs: shown))
        }
        print(json ? Self.json(made.record, made.key) : made.key.exposed)
      } catch {
        throw Failure.exit(for: error)
      }
    }

    private static func permissions(_ text: String) throws(InvalidValue) -> Set<Permission> {
      var granted: Set<Permission> = []
      for word in text.split(separator: ",") {
        guard let permission = Permission(rawValue: trimmed(String(word))) else {
          throw InvalidValue("--permissions", "must be any of read, queue, control, manage, admin, not “\(word)”")
        }
        granted.insert(permission)
      }
      guard !granted.isEmpty else { throw InvalidValue("--permissions", "must name at least one permission") }
      return granted
    }

    private static func printers(_ text: String?) throws(InvalidValue) -> Set<PrinterID>? {
      guard let text else { return nil }
      var ids: Set<PrinterID> = []
      for word in text.split(separator: ",") {
        guard let number = Int64(trimmed(String(word))), number > 0 else {
          throw InvalidValue("--printers", "must be printer numbers, with commas between")
        }
        ids.insert(PrinterID(rawValue: number))
      }
      return ids
    }

    private static func json(_ record: KeyRecord, _ key: Secret) -> String {
      var json = JSONWriter()
      json.beginObject()
      json.key("key")
      json.write(key.exposed)
      KeyCommand.write(record, to: &json)
      json.endObject()
      return String(decoding: json.bytes, as: UTF8.self)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the keys; never the keys themselves.")

    @OptionGroup var place: DataOptions
    @Flag(help: "As JSON, for scripts.") var json = false

    func run() throws {
      do {
        let records = try place.withDatabase { try await KeyRepository($0).all() }
        print(json ? Self.json(records) : Self.table(records))
      } catch {
        throw Failure.exit(for: error)
      }
    }

    private static func json(_ records: [KeyRecord]) -> String {
      var json = JSONWriter()
      json.beginArray()
      for record in records {
        json.beginObject()
        KeyCommand.write(record, to: &json)
        json.endObject()
      }
      json.endArray()
      return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func table(_ records: [KeyRecord]) -> String {
      guard !records.isEmpty else { return "There are no keys. Make one with: layerberry key create" }
      return Table.text(
        header: ["id", "name", "permissions", "printers", "last used"],
        rows: records.map { record in
          [
            record.id.description, record.name, record.permissions.sorted().map(\.rawValue).joined(separator: ","),
            record.printerIDs.map { $0.sorted().map(\.description).joined(separator: ",") } ?? "all",
            record.lastUsedAt?.description ?? "never",
          ]
        })
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Deletes a key; what it opened is closed.")

    @OptionGroup var place: DataOptions
    @Argument(help: "The key's number.") var id: Int64

    func run() throws {
      do {
        let id = KeyID(rawValue: id)
        let isDeleted = try place.withDatabase { try await KeyRepository($0).delete(id) }
        guard isDeleted else { throw Fault(.notFound, "There is no key \(id).") }
      } catch {
        throw Failure.exit(for: error)
      }
    }
  }

  static func write(_ record: KeyRecord, to json: inout JSONWriter) {
    json.key("id")
    json.write(record.id.rawValue)
    json.key("name")
    json.write(record.name)
    json.key("permissions")
    json.beginArray()
    for permission in record.permissions.sorted() { json.write(permission.rawValue) }
    json.endArray()
    json.key("printer_ids")
    if let ids = record.printerIDs {
      json.beginArray()
      for id in ids.sorted() { json.write(id.rawValue) }
      json.endArray()
    } else {
      json.null()
    }
    json.key("created_at")
    json.write(record.createdAt.description)
    for (name, moment) in [("expires_at", record.expiresAt), ("last_used_at", record.lastUsedAt)] {
      json.key(text: name)
      if let moment { json.write(moment.description) } else { json.null() }
    }
  }
}

/// A text without the white space at both ends.
func trimmed(_ text: String) -> String {
  let head = text.drop(while: \.isWhitespace)
  guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(head[...last])
}
