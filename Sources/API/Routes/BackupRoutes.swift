import HTTPServer
import Model
import Rules
package import Service
import Store
import Wire

/// `/system/backup`, `/system/backups` and `/system/restore` (contract, section 5, "Updates, system").
package struct BackupRoutes: Sendable {
  private let backups: BackupDesk
  private let restoring: RestoreDesk
  private let spool: Spool
  private let settings: Settings

  package init(backups: BackupDesk, restoring: RestoreDesk, spool: Spool, settings: Settings) {
    self.backups = backups
    self.restoring = restoring
    self.spool = spool
    self.settings = settings
  }

  private static let id = Parameter<Int64>.id(
    "id", "The backup's number, as the list gives it.", missing: .notFound, noun: "backup"
  ) { $0 }

  package var operations: [Operation] { making + [restore, restoreState] }

  private var making: [Operation] {
    [
      Operation(
        .post, "/system/backup", id: "make_backup", topic: .system, summary: "Make a backup",
        details: """
          Database, settings, files of the archive, photos, time-lapses and CA certificates in one file, which is kept on \
          the board. With a passphrase it is encrypted and holds the secrets too; without one access codes, keys, tokens, \
          passwords and pinned certificates are left out. It is read back before it is `done`.
          """, access: .permission(.admin), rate: .write, body: BodyDeclaration(MakeBackup.self, isRequired: false),
        answer: .value(BackupView.self, status: 202), errors: [.conflict]
      ) { call in
        let input = try await call.optionalBody(as: MakeBackup.self)
        let entry = try await backups.begin(passphrase: input?.passphrase)
        return .value(
          BackupView(entry: entry), status: 202, location: "\(apiBase)/system/backups/\(entry.number)")
      },
      .list(
        "/system/backups", id: "list_backups", topic: .system, summary: "List backups",
        details: "The newest first, with the one that is being made. `backup.keep` of them are kept.",
        access: .permission(.admin)
      ) { _ in await backups.all.map { BackupView(entry: $0) } },
      .get(
        "/system/backups/{id}", id: "get_backup", topic: .system, summary: "See how a backup stands",
        access: .permission(.admin), parameters: [Self.id.declared], errors: [.notFound]
      ) { call in BackupView(entry: try await backups.entry(try call.path(Self.id))) },
      Operation(
        .get, "/system/backups/{id}/content", id: "download_backup", topic: .system, summary: "Download a backup",
        details: "A tar archive; one with a passphrase is sealed as a whole.", access: .permission(.admin), rate: .read,
        parameters: [Self.id.declared], answer: .file, errors: [.notFound, .conflict]
      ) { call in
        let id = try call.path(Self.id)
        let kept = try await backups.kept(id)
        return .file(
          FileAnswer(
            try await backups.open(id), name: "layerberry-backup-\(id).\(kept.isSealed ? "sealed" : "tar")",
            tag: "backup-\(id)-\(kept.bytes)"))
      },
      .action(
        .delete, "/system/backups/{id}", id: "delete_backup", topic: .system, summary: "Delete a backup",
        access: .permission(.admin), rate: .write, parameters: [Self.id.declared], errors: [.notFound, .conflict]
      ) { call in
        let id = try call.path(Self.id)
        try await backups.delete(id)
        return DeletedView(id: id)
      },
    ]
  }

  private static let texts = [
    FormText(name: "passphrase", schema: BackupFields.passphraseSchema, note: "Of a sealed backup.")
  ]

  private var restore: Operation {
    Operation(
      .post, "/system/restore", id: "restore_backup", topic: .system, summary: "Restore a backup",
      details: """
        One that is kept, by its number, or a file. All of it is checked beside what is there; then the service begins \
        anew with it, within seconds, and keeps what was there until it has. What a backup without secrets lacks stays \
        as it is here: password, keys, and the access codes of the same printers. The queue is paused afterwards. Refused \
        while a printer is at work.
        """, access: .permission(.admin), rate: .write,
      body: BodyDeclaration(orFile: RestoreBackup.self, texts: Self.texts),
      answer: .value(RestoreView.self, status: 202), errors: [.notFound, .conflict, .storageFull]
    ) { call in
      let standing: RestoreStanding
      if call.request.hasMediaType("application/json") {
        let input = try await call.body(as: RestoreBackup.self)
        standing = try await restoring.begin(.kept(try await backups.kept(input.backup)), passphrase: input.passphrase)
      } else {
        let body = try FileBody(
          call, limit: settings.uploadLimit, alternative: "the number of a kept backup as JSON, {\"backup_id\": …}")
        let file = try spool.makeFile(expecting: body.expectedBytes ?? 0)
        let sent = try await body.receive(texts: ["passphrase"]) { (bytes) throws(Fault) in try file.append(bytes) }
        var passphrase: Secret?
        if let text = sent.texts["passphrase"] {
          do throws(InvalidValue) { passphrase = try BackupFields.passphrase(text) } catch { throw Fault(error) }
        }
        standing = try await restoring.begin(.sent(file), passphrase: passphrase)
      }
      return .value(RestoreView(standing: standing), status: 202, location: "\(apiBase)/system/restore")
    }
  }

  private var restoreState: Operation {
    .get(
      "/system/restore", id: "get_restore", topic: .system, summary: "See how a restoring stands",
      access: .permission(.admin)
    ) { _ in RestoreView(standing: await restoring.state) }
  }
}
