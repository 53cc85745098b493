import Logging
package import Model
import Reach
import Rules
package import Store
import Wire

/// Files of the archive that go to the cloud, one after the other (S2, "Upload Flow").
extension CloudDesk {
  /// Files that wait or run at once.
  package static let uploadLimit = 8

  /// - Parameter visible: the printers that exist for whoever asks; nil is all.
  package func upload(_ id: ArchiveID, visible: Set<PrinterID>?) async throws -> CloudUploadRecord {
    let archive = try await ArchiveRepository(surroundings.database).get(id)
    guard let archive, archive.deletedAt == nil, Self.isVisible(archive, visible) else {
      throw Fault(.archiveNotFound, "There is no archive \(id).")
    }
    // S2, "Supported File Types"; the archive takes no others.
    guard let hash = archive.file, let kind = archive.fileKind, let file = try await surroundings.vault.file(hash)
    else {
      throw Fault(.conflict, "Of this print there is only the record. Take an archive that has a file.")
    }
    _ = try asFault { () throws(CloudProblem) in try access() }
    guard uploading.count < Self.uploadLimit else {
      throw Fault(.conflict, "There are \(Self.uploadLimit) uploads on their way already. Wait for one to end.")
    }
    try asFault { () throws(CloudProblem) in try client.take([.upload]) }
    let record = try await uploads.insert(
      id, filename: Self.name(archive, kind: kind), bytes: file.bytes, now: now)
    uploading.append(CloudUploadJob(record: record, file: file, session: session))
    if uploadTask == nil { uploadTask = Task { await work() } }
    return record
  }

  package func upload(number: Int64, visible: Set<PrinterID>?) async throws -> CloudUploadRecord {
    let missing = Fault(.notFound, "There is no upload \(number).")
    guard var record = try await uploads.get(number) else { throw missing }
    if visible != nil {
      guard let id = record.archiveID, let archive = try await ArchiveRepository(surroundings.database).get(id),
        Self.isVisible(archive, visible)
      else { throw missing }
    }
    if record.state == .uploading, let sent = progress.bytes(of: number) { record.sentBytes = min(sent, record.bytes) }
    return record
  }

  private static func isVisible(_ archive: ArchiveRecord, _ visible: Set<PrinterID>?) -> Bool {
    guard let visible else { return true }
    return archive.printerID.map(visible.contains) ?? (archive.status == nil)
  }

  /// With the ending that says what it is.
  private static func name(_ archive: ArchiveRecord, kind: String) -> String {
    let name = archive.filename ?? archive.name
    let endings = [".3mf", ".gcode", ".stl", ".step"]
    return endings.contains { name.lowercased().hasSuffix($0) } ? name : "\(name).\(kind)"
  }

  // MARK: The work

  private func work() async {
    while let job = uploading.first, !Task.isCancelled {
      await carry(job)
      uploading.removeFirst()
    }
    if Task.isCancelled {
      for job in uploading { await note(job.record) { $0.fail(CloudProblem(.canceled)) } }
      uploading = []
    }
    uploadTask = nil
  }

  private func carry(_ job: CloudUploadJob) async {
    var record = job.record
    do {
      guard job.session == session else { throw Fault(CloudProblem(.canceled, "Somebody signed out.")) }
      let (name, bytes) = (record.filename, record.bytes)
      let ticket = try await asking { client, access throws(CloudProblem) in
        try await client.requestUpload(name: name, bytes: bytes, access)
      }
      progress.set(0, of: record.id)
      record = await note(record) {
        $0.state = .uploading
        $0.fileID = ticket.fileID
      }
      let (progress, number) = (progress, record.id)
      let file = job.file
      try await asking { client, _ throws(CloudProblem) in
        try await client.send(
          file.path, bytes: bytes, sha256: file.hash.bytes, to: ticket, sent: { progress.set($0, of: number) })
      }
      record = await note(record) {
        $0.state = .confirming
        $0.sentBytes = bytes
      }
      try await asking { client, access throws(CloudProblem) in
        try await client.confirmUpload(ticket.fileID, access)
      }
      _ = await note(record) { $0.state = .done }
    } catch let fault as Fault {
      _ = await note(record) {
        $0.sentBytes = min(progress.bytes(of: record.id) ?? record.sentBytes, record.bytes)
        $0.fail(fault.cloud ?? CloudProblem(.canceled, fault.message))
      }
    } catch {
      surroundings.logger.error("an upload to the cloud failed", metadata: ["error": "\(error)"])
      _ = await note(record) { $0.fail(CloudProblem(.canceled)) }
    }
  }

  @discardableResult
  private func note(
    _ record: CloudUploadRecord, _ change: (inout CloudUploadRecord) -> Void
  ) async -> CloudUploadRecord {
    var record = record
    change(&record)
    record.updatedAt = now
    do {
      try await uploads.update(record)
    } catch {
      surroundings.logger.error("an upload's state could not be kept", metadata: ["error": "\(error)"])
    }
    return record
  }
}

extension CloudUploadRecord {
  /// The sentence for people, and the name for programs where there is one.
  fileprivate mutating func fail(_ problem: CloudProblem) {
    state = .failed
    let mark = problem.error ?? problem.code.map(String.init)
    error = problem.sentence + (mark.map { " (\($0))" } ?? "")
  }
}
