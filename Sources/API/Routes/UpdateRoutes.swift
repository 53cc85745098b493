import HTTPServer
import Model
import NIOHTTP1
import Rules
package import Service
import Wire

/// `/updates` (contract, section 5, "Updates, system").
package struct UpdateRoutes: Sendable {
  private let desk: UpdateDesk
  private let spool: Spool

  package init(desk: UpdateDesk, spool: Spool) {
    self.desk = desk
    self.spool = spool
  }

  /// Bytes of the largest bundle.
  private static let largest = UpdateManifest.largest + Int64(SignedManifest.limit) + Int64(UpdateBundleHead.fixedBytes)

  private static let texts = [
    FormText(
      name: "version", schema: UpdateFields.versionSchema,
      note: "The version that is meant; only so an older one is taken.")
  ]

  package var operations: [Operation] {
    [
      .get(
        "/updates/check", id: "check_for_updates", topic: .system, summary: "See whether there is a newer version",
        details: """
          Asks the server of the setting `update.url`, at most once a minute. What it says is believed only with a signature \
          by the key of this build; one without a key answers 409.
          """, access: .permission(.read), errors: [.conflict]
      ) { _ in UpdateCheckView(check: try await desk.check()) },
      .get(
        "/updates/status", id: "get_update_status", topic: .system, summary: "See how an update stands",
        access: .permission(.read)
      ) { _ in UpdateStatusView(standing: await desk.state) },
      Operation(
        .post, "/updates/apply", id: "apply_update", topic: .system, summary: "Install an update",
        details: """
          The version that is offered, or a bundle that is sent. It is checked whole before anything is written, and an \
          older version is refused unless it is named. Refused while a printer is at work, by a build without a key, and \
          where the board has no slot for it.
          """, access: .permission(.admin), rate: .write,
        body: BodyDeclaration(orFile: ApplyUpdate.self, texts: Self.texts, isRequired: false),
        answer: .value(UpdateStatusView.self, status: 202), errors: [.conflict, .storageFull]
      ) { call in
        let standing = try await apply(call)
        return .value(UpdateStatusView(standing: standing), status: 202, location: "\(apiBase)/updates/status")
      },
    ]
  }

  private func apply(_ call: Call) async throws -> UpdateStanding {
    let type = call.request.headers.first(name: "Content-Type")
    if type == nil || call.request.hasMediaType("application/json") {
      let input = try await call.optionalBody(as: ApplyUpdate.self)
      return try await desk.apply(version: input?.version)
    }
    let body = try FileBody(call, limit: Self.largest, what: "bundle")
    // Nobody should send it for nothing.
    try await desk.checkReadiness()
    let file = try spool.makeFile(expecting: body.expectedBytes ?? 0)
    let sent = try await body.receive(texts: ["version"]) { (bytes) throws(Fault) in try file.append(bytes) }
    var version: String?
    if let text = sent.texts["version"] {
      do throws(InvalidValue) { version = try UpdateFields.version(text) } catch { throw Fault(error) }
    }
    return try await desk.apply(file, version: version)
  }
}

/// The fields of updates.
enum UpdateFields {
  private static let number = "(0|[1-9][0-9]{0,17})"
  private static let early = "(0|[1-9][0-9]{0,17}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
  /// As `ReleaseVersion` has it.
  static let versionSchema = Schema.string(
    length: 5...64, format: nil,
    pattern: #"^\#(number)\.\#(number)\.\#(number)(-\#(early)(\.\#(early))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"#)

  static func version(_ text: String) throws(InvalidValue) -> String {
    guard ReleaseVersion(text) != nil else { throw InvalidValue("version", "must be a version such as 1.2.3") }
    return text
  }

  static let version = InputField(
    "version", versionSchema, "The version that is meant; only so an older one is taken.", example: "0.2.0"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string else { throw InvalidValue("version", "must be a version such as 1.2.3") }
    return try version(text)
  }
}

/// The body of `POST /updates/apply` where no bundle is sent.
struct ApplyUpdate: WireInput {
  let version: String?

  static let name = "ApplyUpdate"
  static let fields: [DeclaredInput] = [.optional(UpdateFields.version)]

  init(_ reader: inout InputReader) throws(Fault) { version = reader.optional(UpdateFields.version) }
}

/// What is known of a newer version.
package struct UpdateCheckView: WireObject {
  let check: UpdateCheck

  package static let name = "UpdateCheck"
  package static let fields: [ObjectField<UpdateCheckView>] = [
    ObjectField("current_version", "What runs.", example: "0.1.0") { $0.check.current },
    ObjectField("latest_version", "What is offered, or null where that is not known.", example: "0.2.0") {
      $0.check.latest
    },
    ObjectField("update_available", "What is offered is newer.") { $0.check.isAvailable },
    ObjectField("notes", "What is new in it.", example: "Faster lists.") { $0.check.notes },
    ObjectField("checked_at", "When the server was asked.") { $0.check.checkedAt },
    ObjectField("error", "Why nothing is known, or null.", example: .null) { $0.check.error },
  ]
}

/// How an update stands.
package struct UpdateStatusView: WireObject {
  let standing: UpdateStanding

  package static let name = "UpdateStatus"
  package static let fields: [ObjectField<UpdateStatusView>] = [
    ObjectField(
      "state", "What goes on.", schema: .choice(UpdateStanding.State.allCases.map(\.rawValue)), example: "idle"
    ) { $0.standing.state.rawValue },
    ObjectField("progress", "Per cent of it.", schema: .integer(0...100), example: 0) { $0.standing.percent },
    ObjectField("version", "What is installed, or null.", example: .null) { $0.standing.version },
    ObjectField("error", "Why it failed, or null. The version that runs is untouched then.", example: .null) {
      $0.standing.error
    },
    ObjectField("slot", "The slot that runs, or null where there are none.", example: .null) { $0.standing.slot },
  ]
}
