import Model
import Rules
package import Service
import Store
import Wire

enum ExportParameters {
  static let format = Parameter<ExportFormat>(
    name: "format", place: .query, schema: .choice(ExportFormat.allCases.map(\.rawValue)),
    note: "`csv`, which is the default, or `xlsx`.", example: "csv"
  ) { (text) throws(Fault) in
    guard let format = ExportFormat(rawValue: text) else { throw Fault(InvalidValue("format", "must be csv or xlsx")) }
    return format
  }
}

/// The archive as a table: taken away, and brought back (contract, section 5).
package struct ExchangeRoutes: Sendable {
  private let exchange: ArchiveExchange
  private let settings: Settings

  package init(exchange: ArchiveExchange, settings: Settings) {
    self.exchange = exchange
    self.settings = settings
  }

  package var operations: [Operation] {
    [
      Operation(
        .get, "/archives/export", id: "export_archives", topic: .archives, summary: "Download archives as a table",
        details: "The list with its filters, whole.", access: .permission(.read), rate: .read,
        parameters: ArchiveFilterParameters.declared + [ExportParameters.format.declared], answer: .file,
        errors: [.conflict, .storageFull]
      ) { call in
        let format = try call.query(ExportParameters.format) ?? .csv
        let filter = try ArchiveFilterParameters.filter(of: call, in: settings.zone)
        let file = try await exchange.export(filter, as: format)
        return .file(try await FileAnswer(file, name: "archives.\(format.rawValue)"))
      },
      Operation(
        .post, "/archives/import", id: "import_archives", topic: .archives,
        summary: "Bring archives back from an export",
        details: """
          A csv or xlsx export of this service, also of another board. What is there already is left out, so an import that broke \
          off can be repeated. Files are in no export.
          """, access: .permission(.manage), rate: .write, body: .file, answer: .value(ImportedView.self),
        errors: [.payloadTooLarge, .unsupportedMediaType, .storageFull]
      ) { call in
        guard call.caller.printers == nil else {
          throw Fault(.forbidden, "An export holds the prints of all printers; use a key that sees them all.")
        }
        let body = try FileBody(call, limit: settings.uploadLimit)
        let file = try exchange.makeRoom(expecting: body.expectedBytes ?? 0)
        _ = try await body.receive { (bytes) throws(Fault) in try file.append(bytes) }
        let done = try await exchange.take(file)
        return .value(ImportedView(imported: done.imported, skipped: done.skipped))
      },
    ]
  }
}
