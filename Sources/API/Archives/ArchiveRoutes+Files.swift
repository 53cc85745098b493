import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import PrintFile
import Rules
import Service
import Store
import Wire

/// The files of archives: brought, downloaded, looked into.
extension ArchiveRoutes {
  private static let filename = Parameter<String>(
    name: "filename", place: .query,
    schema: .string(
      length: 1...255, format: nil,
      pattern: #"^[^\x00-\x1f\x7f/\\\s]+\.(3mf|gcode|stl|step|stp|3MF|GCODE|STL|STEP|STP)$"#),
    note: "What the file is called; with a form, its own name counts where this is left out.",
    example: "benchy.gcode.3mf"
  ) { (text) throws(Fault) in text }
  private static let plate = Parameter<Int>.integer(
    "plate", 1...256, "The plate; the whole file when left out.", example: 1)

  var fileOperations: [Operation] {
    [
      Operation(
        .post, "/archives", id: "upload_archive", topic: .archives, summary: "Bring a file",
        details: "A file to be printed or kept: .3mf, .gcode, .gcode.3mf, .stl or .step. Equal files are kept once.",
        access: .permission(.queue), rate: .write, parameters: [Self.filename.declared], body: .file,
        answer: .value(ArchiveView.self, status: 201),
        errors: [.payloadTooLarge, .unsupportedMediaType, .storageFull]
      ) { call in try await upload(call) },
      download("/archives/{id}/3mf", id: "get_archive_3mf"),
      download("/archives/{id}/download", id: "download_archive"),
      Operation(
        .get, "/archives/{id}/thumbnail", id: "get_archive_thumbnail", topic: .archives,
        summary: "Get a picture of what an archive's file prints", access: .permission(.read), rate: .read,
        parameters: [Self.id.declared, Self.plate.declared], answer: .document("image/*"),
        errors: [.archiveNotFound, .notFound]
      ) { call in
        let plate = try call.query(Self.plate)
        let record = try await record(call)
        guard let picture = try await files.picture(of: record, plate: plate) else {
          throw Fault(.notFound, "The file of this archive has no such picture.")
        }
        return .reply(
          HTTPReply(
            status: 200,
            headers: HTTPHeaders([
              ("Content-Type", picture.kind.rawValue), ("Cache-Control", "private, max-age=86400"),
              ("ETag", "\"\(record.file?.hex ?? "")-\(plate ?? 0)\""),
            ]), body: .bytes(ByteBuffer(bytes: picture.bytes))))
      },
      .list(
        "/archives/{id}/plates", id: "list_archive_plates", topic: .archives,
        summary: "List the plates of an archive's file", access: .permission(.read), parameters: [Self.id.declared],
        errors: [.archiveNotFound, .notFound]
      ) { call in try await files.facts(of: try await record(call)).plates.map(PlateView.init) },
    ]
  }

  private func download(_ path: String, id: String) -> Operation {
    Operation(
      .get, path, id: id, topic: .archives, summary: "Download the file of an archive",
      details: "Whole, or the part that `Range` names.", access: .permission(.read), rate: .read,
      parameters: [Self.id.declared], answer: .file, errors: [.archiveNotFound, .notFound]
    ) { call in
      let record = try await record(call)
      let file = try await files.open(record)
      return .file(FileAnswer(file, name: record.filename ?? record.name, tag: record.file?.hex ?? "\(record.id)"))
    }
  }

  /// What its name and length say is refused before the body is read.
  private func upload(_ call: Call) async throws -> Outcome {
    let given = try call.query(Self.filename)
    if let given { _ = try ArchiveFiles.kind(of: try Self.clean(given)) }
    let body = try FileBody(call, limit: settings.uploadLimit)
    guard given != nil || body.isForm else {
      throw Fault(InvalidValue("filename", "must name the file, as a bare body has no name"))
    }
    let file = try files.makeRoom(expecting: body.expectedBytes ?? 0)
    let own = try await body.receive { (bytes) throws(Fault) in try file.append(bytes) }
    let name = try Self.clean(given ?? own ?? "")
    let record = try await files.take(file, name: name)
    return .value(
      ArchiveView(record: record), status: 201, location: "\(apiBase)/archives/\(record.id)")
  }

  /// The last part of a path, as browsers of old send one, without what no file name has.
  private static func clean(_ name: String) throws(Fault) -> String {
    let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    let scalars = last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
    let text = trimmed(String(String.UnicodeScalarView(scalars)))
    guard (1...255).contains(text.unicodeScalars.count) else {
      throw Fault(InvalidValue("filename", "must be the name of a file, of at most 255 characters"))
    }
    return text
  }
}
