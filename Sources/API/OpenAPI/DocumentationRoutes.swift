package import HTTPServer
import Model

/// `/docs` (Swagger UI) and `/redoc` (ReDoc), without internet (contract, section 7).
package struct DocumentationRoutes: Sendable {
  private let files: [String: StaticFile]

  /// - Parameter files: those of the program; the pages and what they load are among them.
  package init(files: [StaticFile]) {
    self.files = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Both tools write styles into the document as they go, which needs 'unsafe-inline' for styles; a style can at most
  /// show things wrongly, as nothing but this service can be asked. ReDoc searches in a worker that it makes of its own
  /// script. Scripts come from files of this service only.
  static let policy = """
    default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    """

  package var operations: [Operation] {
    [
      page("/docs", id: "get_docs", "Swagger UI", shows: "swagger.html", needs: "swagger-ui-bundle.js"),
      page("/redoc", id: "get_redoc", "ReDoc", shows: "redoc.html", needs: "redoc.standalone.js"),
    ].compactMap { $0 }
  }

  /// nil where not even the page that tells what is missing is there.
  private func page(_ path: String, id: String, _ summary: String, shows name: String, needs tool: String) -> Operation?
  {
    let shown = files["/assets/docs/\(tool)"] == nil ? "missing.html" : name
    guard let file = files["/assets/docs/\(shown)"] else { return nil }
    let served = ServedFile(file, policy: Self.policy)
    return Operation(
      .get, path, base: .root, id: id, topic: .page, summary: summary, access: .anyone, rate: nil,
      answer: .document(file.mediaType)
    ) { call in .reply(served.reply(to: call.request)) }
  }
}
