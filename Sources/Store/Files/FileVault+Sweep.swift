package import Model

/// What the sweep at the start has found, for the log.
package struct VaultSweep: Hashable, Sendable {
  /// Files that no row knows, or that no record uses: a crash came between.
  package var removed = 0
  /// Bytes of these.
  package var removedBytes: Int64 = 0
  /// Files that were not yet in their place.
  package var temporaries = 0
  /// Rows whose file is not there, or has another size: the disk has lost it.
  package var lost: Set<ContentHash> = []

  package init() {}
}

extension FileVault {
  /// Looks through all files and all rows, a folder at a time, while others go on; what belongs to nothing goes.
  ///
  /// - Parameter unused: those of the rows that no record uses, as the archives know it.
  package func sweep(unused: [ContentHash]) async throws -> VaultSweep {
    let worker = try VaultWorker()
    var report = VaultSweep()
    for hash in unused {
      let bytes = try await rows.bytes(of: hash) ?? 0
      guard try await remove(hash, worker) else { continue }
      report.removed += 1
      report.removedBytes += bytes
    }
    let (disk, layout) = (disk, layout)
    for name in try await worker.run({ disk.names(in: layout.root) }) where layout.isLeft(name, run: run) {
      try await worker.run { try disk.remove("\(layout.root)/\(name)") }
      report.temporaries += 1
    }
    for first in UInt8.min...UInt8.max { try await sweep(first, worker, &report) }
    return report
  }

  private func sweep(_ first: UInt8, _ worker: VaultWorker, _ report: inout VaultSweep) async throws {
    let (disk, layout) = (disk, layout)
    let found = try await turnstile.passing {
      let known = try await rows.all(first: first)
      return try await worker.run {
        var found = VaultSweep()
        let folder = layout.folder(first)
        for name in disk.names(in: folder) {
          let path = "\(folder)/\(name)"
          if let hash = layout.hash(first: first, name: name), known[hash] != nil || self.isHeld(hash) { continue }
          found.removedBytes += disk.size(of: path) ?? 0
          try disk.remove(path)
          found.removed += 1
        }
        for (hash, bytes) in known where disk.size(of: layout.path(of: hash)) != bytes { found.lost.insert(hash) }
        return found
      }
    }
    report.removed += found.removed
    report.removedBytes += found.removedBytes
    report.lost.formUnion(found.lost)
  }
}
