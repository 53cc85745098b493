import Link
import Model
import Store
import TLS

extension PrinterKeeper {
  /// The files on this printer, as it is reached now.
  func currentStorage() async -> PrinterStorage {
    let target = StorageTarget(
      host: record.host, port: record.ftpsPort, accessCode: record.accessCode,
      trust: TrustPolicy(serial: record.serial, pinned: record.pin, authorities: surroundings.authorities),
      model: session?.report.model ?? record.model ?? PrinterModel(serial: record.serial))
    guard let storage else {
      let clock = surroundings.clock
      let fresh = PrinterStorage(
        target: target, workers: surroundings.transfers, now: { clock.now }, logger: surroundings.logger(for: record),
        observe: { [weak self] in self?.fileServerJudged($0) })
      storage = fresh
      return fresh
    }
    await storage.update(target)
    return storage
  }

  private nonisolated func fileServerJudged(_ verdict: TrustVerdict) {
    // Another key at this port concerns files only, and is their error (contract, section 8, "Trust").
    guard case .firstUse(let key) = verdict else { return }
    // Owned by nobody: one hop to the loop.
    Task { await self.pinFromOtherPort(key) }
  }

  /// The pin holds for every port alike; one that came meanwhile stays.
  func pinFromOtherPort(_ key: Fingerprint) {
    guard record.pin == nil else { return }
    keep(key, as: .pinned)
    show(now: surroundings.clock.now)
  }
}
