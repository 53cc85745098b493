package import Model

/// Who the peer must be: the same for MQTT, FTPS and camera of one printer (contract, section 8).
package struct TrustPolicy: Sendable {
  /// The subject's common name must be this. Host names are never checked: printers have none in their certificates.
  package var serial: SerialNumber
  /// The key that was pinned at the first connection; nil accepts any key that is issued for the serial number, once.
  package var pinned: Fingerprint?
  /// The CAs that a person put into the trust folder.
  package var authorities: TrustStore
  /// False until the clock is set: a chain is then taken whatever its dates.
  package var judgesDates: Bool

  package init(serial: SerialNumber, pinned: Fingerprint?, authorities: TrustStore, judgesDates: Bool = true) {
    self.serial = serial
    self.pinned = pinned
    self.authorities = authorities
    self.judgesDates = judgesDates
  }

  /// The verdict over a certificate of which these three things are known. Chain before pin, name before both.
  func verdict(key: Fingerprint, commonName: [UInt8]?, hasChain: () -> Bool) -> TrustVerdict {
    guard let commonName, commonName.elementsEqual(serial.text.utf8) else { return .wrongSerial(offered: key) }
    if hasChain() { return .verified(key) }
    guard let pinned else { return .firstUse(key) }
    return pinned == key ? .pinned(key) : .changed(offered: key)
  }
}
