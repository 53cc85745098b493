package import HTTPServer
import Model
import Rules
package import Service
import Wire

/// The page and its assets (contract, section 7): `/`, and files below `/assets`.
package struct PageRoutes: Sendable {
  private let files: [StaticFile]
  private let settings: Settings

  package init(files: [StaticFile], settings: Settings) {
    self.files = files
    self.settings = settings
  }

  /// What the page may do: scripts, styles and answers of this service, and nothing else. Pictures are also made from
  /// answers (`blob:`). No text becomes markup or script (`require-trusted-types-for`).
  static let policy = """
    default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
    object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'
    """

  package var operations: [Operation] {
    [standing] + served
  }

  /// So that a page that nobody has signed in to need not ask for what is refused: a browser notes every 401 as an error.
  private var standing: Operation {
    Operation(
      .get, "/assets/standing.json", base: .root, id: "get_page_standing", topic: .page,
      summary: "Whether the page may go on without a sign-in", access: .anyone, rate: .read,
      answer: .value(PageStandingView.self)
    ) { call in .value(PageStandingView(isKnown: call.caller.isKnown || settings[.authMode] == "open")) }
  }

  private var served: [Operation] {
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
