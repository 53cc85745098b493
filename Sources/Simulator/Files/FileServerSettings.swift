/// How the simulated file server behaves, and what goes wrong with it (protocol sheet, section 4).
package struct FileServerSettings: Hashable, Sendable {
  /// What happens to the data channel of a transfer.
  package enum DataFault: Hashable, Sendable {
    case none
    /// The encrypted channel stands and then moves nothing; the clear one works: as A1 printers do.
    case stallsEncrypted
    /// All bytes move over the encrypted channel, and the 226 never comes; the clear one works.
    case stallsEncryptedAtEnd
    /// The connection and the control channel end after so many bytes.
    case cut(afterBytes: Int)
    /// 425 before any data.
    case refused
  }

  /// What is said once a file is there.
  package enum Ending: Hashable, Sendable {
    case good
    /// `426 Failure reading network stream.` although the file is complete.
    case failsAfterComplete
    /// 226, and a part of the file is missing.
    case truncates(toBytes: Int)
  }

  /// How LIST answers.
  package enum Listing: Hashable, Sendable {
    case honest
    /// A name that would lead out of the folder.
    case traversal
    /// Such a name between two good files.
    case traversalAmongOthers
    case entries(Int)
    case endlessLine(bytes: Int)
  }

  package enum Card: Hashable, Sendable {
    case present, missing, full
    /// 550 to a file that is to be made.
    case readOnly
  }

  /// 522 when the data channel's handshake does not resume the control channel's session.
  package var demandsSessionReuse = true
  package var data = DataFault.none
  package var ending = Ending.good
  /// Seconds between the last byte and the 226.
  package var lateReply = 0.0
  package var listing = Listing.honest
  package var card = Card.present
  /// The address in PASV answers, as from behind NAT; nil is the right one.
  package var passiveAddress: String?
  /// NLST with whole paths, as X1 printers answer; bare names otherwise.
  package var namesWithPaths = false
  /// AVBL, which not every model knows.
  package var freeSpace: Int64? = 8_000_000_000
  package var knowsRename = true
  package var knowsRestart = true
  /// Control connections at once; the next gets 421.
  package var sessionLimit = 2
  /// Bytes a second over the data channel; nil is as fast as it goes.
  package var throttle: Int?
  /// Nothing is said after the TLS handshake.
  package var isSilent = false
  /// The greeting has no end.
  package var isTalkative = false
  /// Every access code is wrong.
  package var refusesAccessCode = false

  package init() {}
}
