import Link
import Logging
import Model
import Rules
import Store
import TLS

/// What a printer's keeper does when an announcement names another address.
extension PrinterKeeper {
  /// Whether the machine at this address proves that it is this printer: the serial number, and the chain or the pinned
  /// key. A key that nobody has seen is not enough: only a person's own entry may be trusted at first use. Nothing is
  /// sent but the handshake.
  ///
  /// - Returns: the serial number that was checked; nil when it is somebody else, or nobody.
  func check(_ host: HostName) async -> SerialNumber? {
    guard record.isEnabled, record.host != host, isSilent else { return nil }
    let serial = record.serial
    let policy = TrustPolicy(
      serial: serial, pinned: record.pin, authorities: surroundings.authorities,
      judgesDates: surroundings.clock.isSet)
    let (loop, port) = (surroundings.loop, record.mqttPort)
    let verdict = await withCheckedContinuation { (continuation: CheckedContinuation<TrustVerdict?, Never>) in
      TrustProbe.run(on: loop, host: host, port: port, policy: policy) { continuation.resume(returning: $0) }
    }
    // The printer may have come back meanwhile, or a person may have changed it.
    guard record.serial == serial, record.pin == policy.pinned, isSilent else { return nil }
    switch verdict {
    case .verified, .pinned: return serial
    case .firstUse, .wrongSerial, .changed:
      tellImpostor(at: host)
      return nil
    case nil: return nil
    }
  }

  /// Nobody who could be this printer answers where it is said to be.
  private var isSilent: Bool { AddressFollowing.isSilent(presence.problem) }

  /// Once for each address.
  private func tellImpostor(at host: HostName) {
    guard impostors.count < 32, impostors.insert(host).inserted else { return }
    surroundings.logger(for: record).notice(
      "An address announces itself as this printer and cannot prove it; it is not followed.",
      metadata: ["address": "\(host)"])
  }
}
