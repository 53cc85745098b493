package import Model

/// The account that is signed in to the cloud, or was until its token ended.
package struct CloudAccountRecord: Hashable, Sendable {
  package var region: String
  /// The API's address that it was signed in at.
  package var base: String
  /// E-mail address or telephone number.
  package var account: String
  /// The cloud's number of the user, where it is known.
  package var userID: String?
  package var userName: String?
  /// Sealed (`SealingKey`); nil once it has ended.
  package var token: [UInt8]?
  package var signedInAt: Timestamp
  package var expiresAt: Timestamp
  package var syncedAt: Timestamp?
  /// The newest of the cloud's messages that was heeded.
  package var lastMessage: String?

  package init(region: String, base: String, account: String, signedInAt: Timestamp, expiresAt: Timestamp) {
    self.region = region
    self.base = base
    self.account = account
    self.signedInAt = signedInAt
    self.expiresAt = expiresAt
  }
}

/// A profile with its settings, as far as they were fetched.
package struct CloudProfileRecord: Hashable, Sendable {
  package var profile: CloudProfile
  /// A JSON object.
  package var settings: String?

  package init(profile: CloudProfile, settings: String? = nil) {
    self.profile = profile
    self.settings = settings
  }
}

/// A file on its way to the cloud.
package struct CloudUploadRecord: Hashable, Sendable {
  package enum State: String, CaseIterable, Hashable, Sendable {
    case requested, uploading, confirming, done, failed

    package var hasEnded: Bool { self == .done || self == .failed }
  }

  package var id: Int64
  /// nil once the record in the archive is gone.
  package var archiveID: ArchiveID?
  package var filename: String
  package var state: State
  package var bytes: Int64
  package var sentBytes: Int64
  package var fileID: String?
  /// Why it failed, as a sentence.
  package var error: String?
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
}
