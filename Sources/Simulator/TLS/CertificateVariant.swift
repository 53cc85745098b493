/// Which certificate a printer shows, on every TLS port that it has.
package enum CertificateVariant: String, Sendable, Hashable, CaseIterable {
  /// Leaf for the serial number and the intermediate.
  case complete
  /// The intermediate is not sent, as some printers do (protocol sheet, section 3.1).
  case withoutIntermediate = "without-intermediate"
  /// Leaf signed by the root itself.
  case direct
  /// A good chain for another printer's serial number.
  case otherSerial = "other-serial"
  /// No CA at all: the leaf signs itself.
  case selfSigned = "self-signed"
  /// Good but for its dates, which ended yesterday.
  case expired
  /// Another key than before, with a good chain.
  case otherKey = "other-key"
  /// Another key than before, which signs itself.
  case otherSelfSigned = "other-self-signed"
}
