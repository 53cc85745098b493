import HTTPServer
import Model
import Rules
package import Service
import Wire

/// The files on a printer's storage, and starting one of them (contract, section 5).
package struct FileRoutes: Sendable {
  private let files: PrinterFiles
  private let fleet: Fleet
  private let view: FleetView
  private let queue: QueueKeeper

  package init(files: PrinterFiles, fleet: Fleet, view: FleetView, queue: QueueKeeper) {
    self.files = files
    self.fleet = fleet
    self.view = view
    self.queue = queue
  }

  package var operations: [Operation] { reading + changing + [start] }

  private static let errors: [ErrorCode] = [.printerNotFound, .notFound, .ftpError]

  private static func path(_ schema: Schema, _ note: String, example: String) -> Parameter<StoragePath> {
    Parameter(
      name: "path", place: .query, schema: schema, note: note, example: .string(example)
    ) { (text) throws(Fault) in
      do throws(InvalidValue) { return try StoragePath(text) } catch { throw Fault(error) }
    }
  }

  private static let folder = path(
    StoragePath.folderSchema, "The folder, from the root of the storage; / when left out.", example: "/timelapse")
  private static let file = path(
    StoragePath.fileSchema,
    "The file, from the root of the storage, as the list gives it.",
    example: "/benchy.gcode.3mf")
  private static let target = path(
    StoragePath.folderSchema,
    "Where the file is to lie. With a form, / puts it into the root under the name that the form gives.",
    example: "/benchy.gcode.3mf")

  private static func file(of call: Call) throws(Fault) -> StoragePath {
    guard let path = try call.query(file) else { throw Fault(InvalidValue("path", "is missing")) }
    guard path != .root else { throw Fault(InvalidValue("path", "must be a file, not the root")) }
    return path
  }

  private var reading: [Operation] {
    [
      .list(
        "/printers/{id}/files", id: "list_printer_files", topic: .files, summary: "List files on a printer's storage",
        details: "A printer answers one request for files at a time; at most eight wait.", access: .permission(.read),
        rate: .control, parameters: [printerIDParameter.declared, Self.folder.declared], errors: Self.errors
      ) { call in
        let id = try call.printer(in: view).identity.id
        return try await files.entries(in: try call.query(Self.folder) ?? .root, on: id).map(FileView.init)
      },
      Operation(
        .get, "/printers/{id}/files/content", id: "get_printer_file", topic: .files,
        summary: "Get a file from a printer's storage",
        details: "The answer begins when the service has the whole file, which takes its time: printers are slow.",
        access: .permission(.read), rate: .control,
        parameters: [printerIDParameter.declared, Self.file.required], answer: .file,
        errors: Self.errors + [.payloadTooLarge, .storageFull]
      ) { call in
        let id = try call.printer(in: view).identity.id
        let path = try Self.file(of: call)
        return .file(try await FileAnswer(try await files.fetch(path, from: id), name: path.name))
      },
    ]
  }

  private var changing: [Operation] {
    [
      Operation(
        .post, "/printers/{id}/files", id: "upload_printer_file", topic: .files,
        summary: "Put a file on a printer's storage",
        details: "What has the name already is replaced, unless it is being printed.", access: .permission(.manage),
        rate: .control, parameters: [printerIDParameter.declared, Self.target.required], body: .file,
        answer: .value(StoredFileView.self, status: 201),
        errors: Self.errors + [.printerBusy, .payloadTooLarge, .unsupportedMediaType, .storageFull]
      ) { call in try await upload(call) },
      .action(
        .delete, "/printers/{id}/files", id: "delete_printer_file", topic: .files,
        summary: "Delete a file on a printer's storage", details: "Not while it is being printed.",
        access: .permission(.manage), rate: .control, parameters: [printerIDParameter.declared, Self.file.required],
        errors: Self.errors + [.printerBusy]
      ) { call in
        let id = try call.printer(in: view).identity.id
        let path = try Self.file(of: call)
        try await files.delete(path, on: id)
        return DeletedFileView(path: path)
      },
    ]
  }

  /// Everything that can be refused is refused before the body is read.
  private func upload(_ call: Call) async throws -> Outcome {
    let id = try call.printer(in: view).identity.id
    guard let target = try call.query(Self.target) else { throw Fault(InvalidValue("path", "is missing")) }
    let body = try FileBody(call, limit: files.maximumBytes)
    guard target != .root || body.isForm else {
      throw Fault(InvalidValue("path", "must name the file, as a bare body has no name"))
    }
    if target != .root { try files.requireUnused(target, on: id) }
    let file = try files.makeRoom(expecting: body.expectedBytes ?? 0)
    let name = try await body.receive { (bytes) throws(Fault) in try file.append(bytes) }
    guard target != .root || name?.isEmpty == false else {
      throw Fault(InvalidValue("file", "must have a file name, as path gives none"))
    }
    let path = target == .root ? try StoragePath.root.appending(name ?? "", field: "file") : target
    let size = try await files.store(file, as: path, on: id)
    return .value(
      StoredFileView(path: path, size: size), status: 201,
      location: "\(apiBase)/printers/\(id)/files/content?path=\(percentEncoded(path.text))")
  }

  private var start: Operation {
    .change(
      .post, "/printers/{id}/print", id: "start_print", topic: .control,
      summary: "Print a file of the printer's storage or of the archive",
      details: """
        A file of the archive is sent to the printer first, which takes minutes; it does not wait for its turn in the \
        queue. Answers when the printer shows that the print begins, which can take a minute. While a start is under way, also \
        after its answer was lost, another one is refused, so that trying again never prints twice.
        """, access: .permission(.control), rate: .control, parameters: [printerIDParameter.declared],
      takes: StartPrint.self,
      errors: [
        .printerNotFound, .archiveNotFound, .notFound, .conflict, .printerOffline, .printerBusy, .commandRefused,
        .mqttError, .ftpError,
      ]
    ) { call, input in
      let id = try call.printer(in: view).identity.id
      switch input.start {
      case .file(let order): return StartedPrintView(taskID: try await fleet.startPrint(order, on: id))
      case .archive(var request):
        request.printerID = id
        return StartedPrintView(taskID: try await queue.printNow(request, visible: call.caller.printers))
      }
    }
  }
}

extension StoragePath {
  /// One part: no slash, no control character, and neither `.` nor `..`. Its bytes are counted on top.
  static let partPattern =
    #"(?:[^/.\x00-\x1f\x7f][^/\x00-\x1f\x7f]{0,254}|\.[^/.\x00-\x1f\x7f][^/\x00-\x1f\x7f]{0,253}|"#
    + #"\.\.[^/\x00-\x1f\x7f]{1,253})"#
  static let fileSchema = Schema.string(length: 2...limit, format: nil, pattern: "^(/\(partPattern))+$")
  static let folderSchema = Schema.string(length: 1...limit, format: nil, pattern: "^/$|^(/\(partPattern))+$")
}
