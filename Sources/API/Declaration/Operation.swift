package import HTTPServer
package import Model
package import Rules
package import Wire

/// The method of an operation. `HEAD` and `OPTIONS` follow from `GET` and from what a path has.
package enum Verb: String, Sendable, CaseIterable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}

/// Who may call.
package enum Access: Sendable, Hashable {
  /// A key or session with this permission.
  case permission(Permission)
  /// A person who signed in with the board's password.
  case session
  /// Whoever has a key or session, whatever it allows.
  case identity
  /// Nobody needs to say who they are.
  case anyone
}

/// What the path of an operation begins at.
package enum PathBase: Sendable, Hashable {
  /// `/api/v1`.
  case api
  /// The service itself: the page, its assets, the documentation for people.
  case root
}

/// The groups of the documentation.
package enum Topic: String, Sendable, CaseIterable {
  case printers = "Printers"
  case control = "Control"
  case files = "Files"
  case queue = "Queue"
  case cameras = "Cameras"
  case plugs = "Smart plugs"
  case archives = "Archives"
  case projects = "Projects"
  case statistics = "Statistics"
  case access = "Access"
  case keys = "API keys"
  case notifications = "Notifications"
  case maintenance = "Maintenance"
  case cloud = "Cloud"
  case settings = "Settings"
  case board = "Board"
  case system = "System"
  case live = "Live events"
  case page = "Page"

  /// One sentence for the description.
  var note: String {
    switch self {
    case .printers: "What printers there are, how they stand, and how they are reached."
    case .control: "Everything that drives a printer. Answers when the printer has acknowledged it."
    case .files: "The files on a printer's own storage."
    case .queue: "What is to be printed, in which order, and where."
    case .cameras: "Live pictures, single ones, and time-lapses."
    case .plugs: "Relays and smart plugs, and the one rule for cutting a printer's power."
    case .archives: "What was printed, and files to be printed."
    case .projects: "Prints that belong together."
    case .statistics: "Sums over what was printed."
    case .access: "Signing in, and being let in at the board."
    case .keys: "Who may call, and what."
    case .notifications: "Who is told what happens, and in which words."
    case .maintenance: "What has to be done to printers, and what was done."
    case .cloud: "The printer maker's cloud: printers and prints of an account, profiles, uploads."
    case .settings: "What the owner has chosen."
    case .board: "The board's own parts."
    case .system: "The service itself."
    case .live: "Everything as it happens."
    case .page: "What a browser shows."
    }
  }
}

/// One operation of the API, declared once. The router, the permission check, the rate class and the description of the
/// API all read this; nothing about an operation is written anywhere else.
package struct Operation: Sendable {
  package let verb: Verb
  /// Below its base, with `{name}` for parameters: `/printers/{id}/status`.
  package let path: String
  package let base: PathBase
  /// Other addresses of the same operation, outside of `/api/v1`: `/health`.
  package let aliases: [String]
  /// Its name for tools: `get_printer_status`.
  package let id: String
  package let topic: Topic
  /// A few words.
  package let summary: String
  /// What a caller needs to know beyond that.
  package let details: String
  package let access: Access
  /// The bucket that a call counts on; nil counts on none.
  package let rate: RateClass?
  package let parameters: [DeclaredParameter]
  package let body: BodyDeclaration?
  package let answer: AnswerDeclaration
  /// The codes that this operation adds to those that every operation has.
  package let errors: [ErrorCode]
  package private(set) var emergency = Emergency.none
  /// The key may come as `?api_key=`: `<img>` and a browser's WebSocket can set no header (contract, section 3).
  package let takesKeyInQuery: Bool
  /// Where the contract gives a code of this operation another status than its own.
  package let unusualStatuses: [ErrorCode: Int]
  package let run: @Sendable (Call) async throws -> Outcome
  /// Its query has a `format` that means something else than bare or envelope, as exports have.
  package let hasOwnFormat: Bool

  package init(
    _ verb: Verb, _ path: String, base: PathBase = .api, aliases: [String] = [], id: String, topic: Topic,
    summary: String,
    details: String = "", access: Access,
    rate: RateClass?, parameters: [DeclaredParameter] = [], body: BodyDeclaration? = nil, answer: AnswerDeclaration,
    errors: [ErrorCode] = [], unusualStatuses: [ErrorCode: Int] = [:],
    run: @escaping @Sendable (Call) async throws -> Outcome
  ) {
    self.verb = verb
    self.path = path
    self.base = base
    self.aliases = aliases
    self.id = id
    self.topic = topic
    self.summary = summary
    self.details = details
    self.access = access
    self.rate = rate
    self.parameters = parameters
    self.body = body
    self.answer = answer
    self.errors = errors
    self.unusualStatuses = unusualStatuses
    self.run = run
    hasOwnFormat = parameters.contains { $0.place == .query && $0.name == "format" }
    takesKeyInQuery = answer.isWebSocket || path.hasPrefix("/printers/{id}/camera")
  }

  /// The same, as something that must always get through.
  package var asEmergency: Operation { asEmergency(.always) }

  package func asEmergency(_ emergency: Emergency) -> Operation {
    var operation = self
    operation.emergency = emergency
    return operation
  }

  /// Every address of the operation, from the root of the service.
  package var templates: [String] {
    [base == .api ? apiBase + path : path] + aliases
  }
}

/// Which calls of an operation are never refused for the rate limit (contract, section 4).
package enum Emergency: Sendable {
  case none
  case always
  /// Those with such a JSON body.
  case body(@Sendable (JSONValue) -> Bool)
}

/// The body that an operation takes.
package struct BodyDeclaration: Sendable {
  package enum Form: Hashable, Sendable {
    case json
    /// A file: as `multipart/form-data` with a part of this name, or as the body itself.
    case file(part: String)
    /// JSON, or a file in either way; a form may have these texts beside it.
    case jsonOrFile(part: String, texts: [FormText])
  }

  package let form: Form
  package let name: String
  package let fields: [DeclaredInput]
  /// What JSON Schema says of the fields together.
  package let rule: [String: JSONValue]
  package let example: JSONValue
  /// The operation cannot do without.
  package let isRequired: Bool

  package init<Input: WireInput>(_ type: Input.Type, isRequired: Bool = true) {
    form = .json
    name = Input.name
    fields = Input.fields
    rule = Input.rule
    example = Input.example
    self.isRequired = isRequired
  }

  private init(_ form: Form, name: String) {
    self.form = form
    self.name = name
    fields = []
    rule = [:]
    example = .null
    isRequired = true
  }

  package static let file = BodyDeclaration(.file(part: "file"), name: "File")

  /// A file, or JSON that says what else is meant.
  package init<Input: WireInput>(orFile type: Input.Type, texts: [FormText], isRequired: Bool = true) {
    form = .jsonOrFile(part: "file", texts: texts)
    name = Input.name
    fields = Input.fields
    rule = Input.rule
    example = Input.example
    self.isRequired = isRequired
  }
}

/// A short text of a form, beside its file.
package struct FormText: Hashable, Sendable {
  package let name: String
  package let schema: Schema
  package let note: String
}

/// What an operation answers when all is well.
package struct AnswerDeclaration: Sendable {
  package enum Form: Sendable {
    case value(any WireValue.Type)
    /// `name` is the member that holds it in bare form, beside `total`; nil is a bare array.
    case list(any WireValue.Type, name: String?)
    case webSocket
    /// `application/octet-stream`, to be saved.
    case file
    /// A document of this media type, in no envelope.
    case document(String)
  }

  package let status: Int
  package let form: Form
  /// Statuses of failure at which the value itself is answered, too.
  package var alsoAt: [Int] = []

  package static func value(
    _ type: any WireValue.Type, status: Int = 200, alsoAt: [Int] = []
  ) -> AnswerDeclaration {
    AnswerDeclaration(status: status, form: .value(type), alsoAt: alsoAt)
  }

  package static func list(of type: any WireValue.Type, named name: String? = nil) -> AnswerDeclaration {
    AnswerDeclaration(status: 200, form: .list(type, name: name))
  }

  package static let file = AnswerDeclaration(status: 200, form: .file)

  package static func document(_ mediaType: String) -> AnswerDeclaration {
    AnswerDeclaration(status: 200, form: .document(mediaType))
  }

  package static let webSocket = AnswerDeclaration(status: 101, form: .webSocket)

  var isWebSocket: Bool {
    if case .webSocket = form { return true }
    return false
  }
}

/// What a handler gives back; which format it is shown in is the presenter's business.
package enum Outcome: Sendable {
  case value(any WireValue, status: Int = 200, location: String? = nil, headers: [(String, String)] = [])
  /// With a name, the bare form is an object of `total` and a member of that name.
  case list(any WireValue, page: Page, total: Int, name: StaticString? = nil)
  /// An answer that no format touches: a WebSocket, a stream.
  case reply(HTTPReply)
  /// Pictures of a camera, which other pages may show (contract, section 1).
  case picture(HTTPReply)
  /// A file to be saved, whole or the part that is asked for.
  case file(FileAnswer)
  /// A document that is kept packed.
  case packed(PackedDocument)
}
