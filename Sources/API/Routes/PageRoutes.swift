package import HTTPServer

/// The page and its assets (contract, section 7): `/`, and files below `/assets`.
package struct PageRoutes: Sendable {
  private let files: [StaticFile]

  package init(files: [StaticFile]) { self.files = files }

  /// What the page may do: scripts, styles and answers of this service, and nothing else. Pictures are also made from
  /// answers (`blob:`). No text becomes markup or script (`require-trusted-types-for`).
  static let policy = """
    default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
    object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'
    """

  package var operations: [Operation] {
    files.map { file in
      let served = ServedFile(file, policy: Self.policy)
      return Operation(
        .get, file.path, base: .root, id: "get_page\(file.path == "/" ? "" : Self.words(of: file.path))", topic: .page,
        summary: file.path == "/" ? "The page" : "A file of the page", access: .anyone, rate: nil,
        answer: .document(file.mediaType)
      ) { call in .reply(served.reply(to: call.request)) }
    }
  }

  private static func words(of path: String) -> String {
    String(path.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }
}
