import Glibc
import Model
import Store
import TestKit

/// Holds what lies on the disk against what was acknowledged.
struct ArchiveAudit {
  let folder: TemporaryFolder
  let ledger: ArchiveLedger

  // MARK: After a kill

  /// As the kill has left it: the database is sound, no row is without its whole file, and what was answered is there.
  func expectAcknowledged() throws {
    let connection = try Archive.connection(folder)
    let verdict = try connection.row("PRAGMA integrity_check") { (row) throws(SQLiteError) in
      try row.text("integrity_check")
    }
    if verdict != "ok" { ledger.complain("integrity_check: \(verdict ?? "no answer")") }
    for (hash, bytes) in try files(connection) {
      var facts = stat()
      if stat("\(folder.path)/data/files/\(hash.prefix(2))/\(hash.dropFirst(2))", &facts) != 0
        || Int64(facts.st_size) != bytes
      {
        ledger.complain("\(hash) is a row without its file")
      }
    }
    let known = ledger.now
    try expectArchives(known, connection)
    try expectItems(known, connection)
  }

  private func expectArchives(_ known: ArchiveLedger.State, _ connection: Store.Connection) throws {
    let rows = try connection.rows("SELECT id, filename, file_sha256, deleted_ms FROM archives") {
      (row) throws(SQLiteError) in
      (
        try row.integer("id"), try row.optionalText("filename"), try row.optionalBlob("file_sha256") != nil,
        try row.optionalInteger("deleted_ms") != nil
      )
    }
    let found = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, (name: $0.1, hasFile: $0.2, isDeleted: $0.3)) })
    for (id, name) in known.archives {
      if case .delete(id)? = known.open { continue }
      guard let record = found[id], !record.isDeleted, record.name == name, record.hasFile else {
        ledger.complain("archive \(id) (\(name)) was acknowledged and is lost")
        continue
      }
    }
    for id in known.deleted where found[id]?.isDeleted == false { ledger.complain("archive \(id) has come back") }
  }

  private func expectItems(_ known: ArchiveLedger.State, _ connection: Store.Connection) throws {
    let rows = try connection.rows("SELECT id, status FROM queue_items ORDER BY rank, id") {
      (row) throws(SQLiteError) in (id: try row.integer("id"), status: try row.text("status"))
    }
    let found = Set(rows.map(\.id))
    // Of what has ended, the last thousand are kept.
    for id in known.items.keys.sorted().suffix(QueueRepository.keptEnded / 2) where !found.contains(id) {
      ledger.complain("item \(id) was acknowledged and is lost")
    }
    let waiting = rows.filter { $0.status == "pending" }.map(\.id)
    var allowed = [known.order]
    if case .order(let wanted)? = known.open { allowed.append(wanted) }
    let isAsTold = allowed.contains { order in
      waiting.filter(order.contains) == order.filter(waiting.contains)
    }
    if !isAsTold { ledger.complain("the order is \(waiting), and \(allowed) was acknowledged") }
    ledger.take(order: waiting)
    // An answer that nobody got: what it would have said holds from now on, as the disk has it.
    if case .delete(let id)? = known.open { ledger.settle(id, isThere: try isThere(id, connection)) }
  }

  private func isThere(_ id: Int64, _ connection: Store.Connection) throws -> Bool {
    try connection.row("SELECT 1 AS n FROM archives WHERE id = ? AND deleted_ms IS NULL", [.integer(id)]) {
      (row) throws(SQLiteError) in try row.integer("n")
    } != nil
  }

  // MARK: After a start

  /// Files without a row, rows without a record, and what was on its way.
  func orphans() throws -> [String] {
    let connection = try Archive.connection(folder)
    let kept = Set(try files(connection).map(\.hash))
    let unused = try connection.rows(
      """
      SELECT lower(hex(sha256)) AS hash FROM stored_files
      WHERE sha256 NOT IN (SELECT file_sha256 FROM archives WHERE file_sha256 IS NOT NULL)
        AND sha256 NOT IN (SELECT sha256 FROM photos WHERE sha256 IS NOT NULL)
      """
    ) { (row) throws(SQLiteError) in try row.text("hash") }
    let strangers = Archive.files(in: folder).map { String($0.filter { $0 != "/" }) }.filter { !kept.contains($0) }
    let halves = ["transfers", "fetches"].flatMap { part in
      Archive.names(in: "\(folder.path)/data/\(part)").map { "\(part)/\($0)" }
    }
    return unused + strangers + halves
  }

  private func files(_ connection: Store.Connection) throws -> [(hash: String, bytes: Int64)] {
    try connection.rows("SELECT lower(hex(sha256)) AS hash, bytes FROM stored_files") { (row) throws(SQLiteError) in
      (try row.text("hash"), try row.integer("bytes"))
    }
  }

  // MARK: At the end

  /// Items that are under way, and records that are not closed.
  func openWork() throws -> Int64 {
    try Archive.connection(folder).row(
      """
      SELECT (SELECT count(*) FROM queue_items WHERE status IN ('dispatching', 'printing'))
        + (SELECT count(*) FROM open_archives) AS n
      """
    ) { (row) throws(SQLiteError) in try row.integer("n") } ?? 0
  }

  /// Each start is one item's only one and has one record; each item that is completed was started.
  /// - Returns: how many items ended how.
  func expectEnds(starts: [String: Set<String>]) throws -> [String: Int] {
    let connection = try Archive.connection(folder)
    for (name, orders) in starts where orders.count > 1 { ledger.complain("\(name) was started: \(orders.sorted())") }
    let doubles = try connection.rows(
      "SELECT subtask_id FROM archives WHERE subtask_id IS NOT NULL GROUP BY subtask_id HAVING count(*) > 1"
    ) { (row) throws(SQLiteError) in try row.text("subtask_id") }
    if !doubles.isEmpty { ledger.complain("prints with two records: \(doubles)") }
    let items = try connection.rows(
      """
      SELECT queue_items.id, queue_items.status, queue_items.error AS error, archives.status AS print,
        archives.file_sha256 AS file
      FROM queue_items LEFT JOIN archives ON archives.id = print_archive_id
      """
    ) { (row) throws(SQLiteError) in
      (
        id: try row.integer("id"), status: try row.text("status"), error: try row.optionalText("error"),
        print: try row.optionalText("print"), hasFile: try row.optionalBlob("file") != nil
      )
    }
    let names = ledger.now.items
    var ends: [String: Int] = [:]
    for item in items {
      ends[item.status, default: 0] += 1
      let isStarted = names[item.id].map { starts[String($0.prefix { $0 != "." })] != nil }
      switch item.status {
      case "completed":
        if item.print != "success" {
          ledger.complain("item \(item.id) is completed, its print \(item.print ?? "gone")")
        }
        if !item.hasFile { ledger.complain("the print of item \(item.id) has no file") }
        if isStarted == false { ledger.complain("item \(item.id) is completed and was never started") }
      case "failed":
        if item.error?.contains("not proven") != true { ends["failed otherwise", default: 0] += 1 }
        if item.error == nil { ledger.complain("item \(item.id) has failed without a word") }
      case "pending": break
      default: ledger.complain("item \(item.id) is \(item.status)")
      }
    }
    return ends
  }
}
