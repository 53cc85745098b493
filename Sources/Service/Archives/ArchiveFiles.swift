package import Model
package import PrintFile
package import Store

/// The files of the archive: brought by somebody, read, given away.
package struct ArchiveFiles: Sendable {
  private let keeper: ArchiveKeeper
  private let spool: Spool

  package init(keeper: ArchiveKeeper, spool: Spool) {
    self.keeper = keeper
    self.spool = spool
  }

  /// A place for a file of about so many bytes that somebody brings.
  package func makeRoom(expecting bytes: Int64) throws(Fault) -> SpoolFile { try spool.makeFile(expecting: bytes) }

  /// The kind that a name says; refused where it is none of ours.
  package static func kind(of name: String) throws(Fault) -> PrintFileKind {
    guard let kind = PrintFileKind(name: name) else {
      throw Fault(InvalidValue("file", "must have a name that ends in .3mf, .gcode, .gcode.3mf, .stl or .step"))
    }
    return kind
  }

  /// Takes a file into the archive.
  ///
  /// - Parameter name: of the file, with its ending.
  package func take(_ file: SpoolFile, name: String) async throws -> ArchiveRecord {
    let kind = try Self.kind(of: name)
    let facts = try await Self.reading { () throws(PrintFileError) in try PrintFile.read(path: file.path) }
    guard facts.kind == kind else {
      throw Fault(InvalidValue("file", "is not what its name says: it holds \(facts.kind.words)"))
    }
    let (keeper, now) = (keeper, keeper.clock.now)
    let record = try await keeper.vault.keep(file.path, now: now) { stored in
      try await keeper.repository.insert(
        ArchiveFileRecord(facts, hash: stored.hash, filename: name, plate: nil), name: facts.title.flatMap(Self.usable),
        now: now)
    }
    keeper.publish(record)
    return record
  }

  /// A title is a name where it is one line of some length.
  private static func usable(_ title: String) -> String? {
    let line = title.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
    let name = String(String.UnicodeScalarView(line.prefix(200)))
    return name.allSatisfy(\.isWhitespace) ? nil : name
  }

  // MARK: Giving

  /// - Throws: `Fault` 404 for a record without a file.
  package func open(_ record: ArchiveRecord) async throws -> KeptFile {
    try KeptFile(try await stored(record).path, limit: .max)
  }

  /// The best picture of a plate, or of the whole file; nil where it has none.
  package func picture(of record: ArchiveRecord, plate: Int?) async throws -> Picture? {
    let file = try await stored(record)
    return try await Self.reading { () throws(PrintFileError) in
      defer { withExtendedLifetime(file) {} }
      return try PrintFile.picture(path: file.path, plate: plate)
    }
  }

  /// What the file says, plate by plate.
  package func facts(of record: ArchiveRecord) async throws -> PrintFileFacts {
    let file = try await stored(record)
    return try await Self.reading { () throws(PrintFileError) in
      defer { withExtendedLifetime(file) {} }
      return try PrintFile.read(path: file.path)
    }
  }

  private func stored(_ record: ArchiveRecord) async throws -> StoredFile {
    guard let hash = record.file else {
      throw Fault(
        .notFound, "This record has no file. \(record.fileError ?? "It is of a print whose file was never kept.")")
    }
    guard let file = try await keeper.vault.file(hash) else {
      throw Fault(.notFound, "The disk has lost the file of this record.")
    }
    return file
  }

  /// A broken file keeps a processor busy before it is found out.
  private static func reading<Value: Sendable>(
    _ body: @escaping @Sendable () throws(PrintFileError) -> Value
  ) async throws -> Value {
    do {
      return try await OwnThread.run(named: "file", stackBytes: 512 << 10) { try body() }
    } catch let error as PrintFileError {
      switch error.reason {
      case .unreadable: throw Fault(.internalError, "The file could not be read.")
      case .unknownKind, .damaged, .hostile:
        throw Fault(.invalidRequest, error.description, fields: [InvalidValue("file", "cannot be read")])
      }
    }
  }
}

extension PrintFileKind {
  fileprivate var words: String {
    switch self {
    case .project: "a 3MF"
    case .gcode: "G-code"
    case .stl: "an STL"
    case .step: "a STEP model"
    }
  }
}
