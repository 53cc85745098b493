import Link
package import Model
import Rules

/// What people do with the files on a printer (contract, section 5, "Files on its storage").
package struct PrinterFiles: Sendable {
  private let fleet: Fleet
  private let view: FleetView
  private let spool: Spool
  private let limit: @Sendable () -> Int64

  /// - Parameter limit: the setting `upload.max_bytes`.
  package init(fleet: Fleet, view: FleetView, spool: Spool, limit: @escaping @Sendable () -> Int64) {
    self.fleet = fleet
    self.view = view
    self.spool = spool
    self.limit = limit
  }

  /// Bytes of the largest file that is moved.
  package var maximumBytes: Int64 { limit() }

  package func entries(in folder: StoragePath, on id: PrinterID) async throws(Fault) -> [StorageEntry] {
    let storage = try await fleet.storage(of: id)
    do throws(StorageError) { return try await storage.entries(of: folder) } catch { throw error.fault }
  }

  /// The whole file, on our own disk for as long as somebody holds it.
  package func fetch(_ path: StoragePath, from id: PrinterID) async throws(Fault) -> SpoolFile {
    let storage = try await fleet.storage(of: id)
    let file = try spool.makeFile()
    do throws(StorageError) {
      try await storage.download(path, to: file.path, limit: maximumBytes)
    } catch {
      if error == .tooLarge {
        throw Fault(.payloadTooLarge, "The file is larger than \(maximumBytes) bytes, the setting upload.max_bytes.")
      }
      throw error.fault
    }
    try file.openFound()
    return file
  }

  /// Room for a file that somebody sends.
  package func makeRoom(expecting bytes: Int64) throws(Fault) -> SpoolFile { try spool.makeFile(expecting: bytes) }

  /// Puts a file on the printer; what has the name already is replaced.
  /// - Returns: its bytes, as the printer counts them.
  package func store(_ file: SpoolFile, as path: StoragePath, on id: PrinterID) async throws(Fault) -> Int64 {
    try requireUnused(path, on: id)
    let storage = try await fleet.storage(of: id)
    do throws(StorageError) {
      return try await storage.upload(.file(file.path), to: path)
    } catch {
      // Printers say the same of a folder that is not there and of a card that takes nothing: look which.
      if error == .cannotCreate, path.folder != .root {
        do throws(StorageError) { _ = try await storage.entries(of: path.folder) } catch { throw error.fault }
      }
      throw error.fault
    }
  }

  package func delete(_ path: StoragePath, on id: PrinterID) async throws(Fault) {
    try requireUnused(path, on: id)
    let storage = try await fleet.storage(of: id)
    do throws(StorageError) { try await storage.delete(path) } catch { throw error.fault }
  }

  /// Refuses to touch what is being printed, also while the printer is silent about it.
  package func requireUnused(_ path: StoragePath, on id: PrinterID) throws(Fault) {
    guard let printer = view[id] else { return }
    let job = printer.report?.job
    let isMeant =
      printer.state.isBusy
      && FileInUse.isMeant(path, file: job?.file, taskName: job?.taskName)
    let isFollowed = printer.print.map { FileInUse.isMeant(path, file: $0.file, taskName: $0.taskName) } ?? false
    guard !isMeant, !isFollowed else {
      throw Fault(.printerBusy, "The printer is printing this file. Wait for the end of the print, or stop it.")
    }
  }
}
