import Model
import Rules
package import Service
import Store

/// `/archives`: what was printed, and files to be printed (contract, section 5).
package struct ArchiveRoutes: Sendable {
  let keeper: ArchiveKeeper
  let files: ArchiveFiles
  let settings: Settings
  private let lists = WrittenLists<ArchiveFilter>()

  package init(keeper: ArchiveKeeper, files: ArchiveFiles, settings: Settings) {
    self.keeper = keeper
    self.files = files
    self.settings = settings
  }

  package var operations: [Operation] { records + changes + fileOperations }

  static let id = Parameter<ArchiveID>.id(
    "id", "The archive's number.", missing: .archiveNotFound, noun: "archive"
  ) { ArchiveID(rawValue: $0) }

  private var records: [Operation] {
    [
      Operation(
        .get, "/archives", id: "list_archives", topic: .archives, summary: "List archives",
        details: "The newest first, 50 where nobody says how many.", access: .permission(.read), rate: .read,
        parameters: ArchiveFilterParameters.declared + Page.parameters,
        answer: .list(of: ArchiveView.self, named: "archives")
      ) { call in
        let page = try call.page(defaultLimit: 50)
        let filter = try ArchiveFilterParameters.filter(of: call, in: settings.zone)
        let list = try await lists.list(filter, page, generation: keeper.generation) {
          let found = try await keeper.list(filter, limit: page.limit, offset: page.offset)
          return (found.total, found.records.map(ArchiveView.init))
        }
        return .list(list.elements, page: page, total: list.total, name: "archives")
      },
      .get(
        "/archives/{id}", id: "get_archive", topic: .archives, summary: "Get an archive", access: .permission(.read),
        parameters: [Self.id.declared], errors: [.archiveNotFound]
      ) { call in ArchiveView(record: try await record(call)) },
      .list(
        "/archives/{id}/duplicates", id: "list_archive_duplicates", topic: .archives,
        summary: "List archives with the same file", access: .permission(.read), parameters: [Self.id.declared],
        errors: [.archiveNotFound]
      ) { call in
        try await keeper.duplicates(of: try await record(call)).filter(call.caller.sees).map(ArchiveView.init)
      },
    ]
  }

  private var changes: [Operation] {
    [
      change(.patch, id: "update_archive"),
      change(.put, id: "replace_archive_fields"),
      .action(
        .delete, "/archives/{id}", id: "delete_archive", topic: .archives, summary: "Delete an archive",
        details: "Into the bin, for the days of the setting `archive.bin_days`. Refused while the queue needs it.",
        access: .permission(.manage), rate: .write, parameters: [Self.id.declared],
        errors: [.archiveNotFound, .conflict]
      ) { call in
        let id = try await record(call).id
        _ = try await keeper.delete(id)
        return DeletedView(id: id.rawValue)
      },
      .action(
        .post, "/archives/{id}/undelete", id: "undelete_archive", topic: .archives,
        summary: "Take an archive out of the bin", access: .permission(.manage), rate: .write,
        parameters: [Self.id.declared], errors: [.archiveNotFound]
      ) { call in
        let id = try await record(call, isDeleted: true).id
        return ArchiveView(record: try await keeper.undelete(id))
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/archives/{id}", id: id, topic: .archives, summary: "Change an archive",
      details: "The fields that are sent change; the others stay as they are.", access: .permission(.manage),
      rate: .write, parameters: [Self.id.declared], takes: ChangeArchive.self,
      errors: [.archiveNotFound, .projectNotFound]
    ) { call, input in
      let id = try await record(call).id
      return ArchiveView(record: try await keeper.update(id, input.changes))
    }
  }

  /// What the caller does not see does not exist.
  func record(_ call: Call, isDeleted: Bool = false) async throws -> ArchiveRecord {
    let id = try call.path(Self.id)
    let record = try await keeper.get(id, isDeleted: isDeleted)
    guard call.caller.sees(record) else { throw ArchiveKeeper.unknown(id) }
    return record
  }
}
