import Logging
import Model
import Reach
import Rules
import Store
import Wire

/// The account of the maker's cloud: who is signed in, and what is done with it. The service works in full without it.
///
/// The token is in the database, sealed (decision 0034), and belongs to the base that it was given by: where the settings name
/// another one nobody is signed in any more.
package actor CloudDesk {
  /// A sign-in that waits for another code; it is forgotten with the service, and after ten minutes.
  struct Pending {
    var account: String
    var base: CloudBase
    /// nil where a code was sent.
    var key: Secret?
    var since: Timestamp
  }

  static let pendingSeconds = 600.0
  /// Seconds for which the cloud's word about the token holds (protocol sheet, 8.2).
  private static let verdictSeconds = 300.0

  nonisolated let surroundings: CloudSurroundings
  let accounts: CloudAccountRepository
  let profiles: CloudProfileRepository
  let uploads: CloudUploadRepository
  var account: CloudAccountRecord?
  private(set) var token: Secret?
  var pending: Pending?
  /// Counts changes of who is signed in: what was begun for another comes too late.
  private(set) var session = 0
  private var verdict = CloudStanding.Verdict.unknown
  private var verdictAt: Timestamp?
  /// The account's printers as the cloud's broker needs them, and when that was.
  private var bound: (serials: Set<String>, at: Timestamp)?
  private var changed: @Sendable () -> Void = {}
  var isSyncing = false
  /// Uploads that wait or run, in order.
  var uploading: [CloudUploadJob] = []
  var uploadTask: Task<Void, Never>?
  /// Progress that is not in the database yet, by number.
  nonisolated let progress = UploadProgress()

  package init(surroundings: CloudSurroundings) {
    self.surroundings = surroundings
    accounts = CloudAccountRepository(surroundings.database)
    profiles = CloudProfileRepository(surroundings.database)
    uploads = CloudUploadRepository(surroundings.database)
  }

  var client: CloudClient { surroundings.client }
  var now: Timestamp { surroundings.clock.now }

  // MARK: Begin and end

  package func start() async throws {
    try await uploads.failUnfinished("The service was stopped before the file had gone. Upload it again.", now: now)
    account = try await accounts.get()
    guard let sealed = account?.token else { return }
    token = try SealingKey(of: accounts.folder)?.open(sealed, for: Self.purpose(account))
    guard token == nil else { return await heedSettings() }
    surroundings.logger.warning("the cloud's token cannot be decrypted: its key file is another one; sign in anew")
    try await endSession()
  }

  /// Breaks off what is on its way.
  package func stop() async {
    session += 1
    uploadTask?.cancel()
    await uploadTask?.value
  }

  /// What a token is sealed for.
  static func purpose(_ account: CloudAccountRecord?) -> String {
    "layerberry cloud token \(account?.base ?? "") \(account?.account ?? "")"
  }

  // MARK: Who is signed in

  /// Where the settings say that the cloud is.
  func base() throws(CloudProblem) -> CloudBase {
    let (region, custom) = surroundings.place()
    do throws(InvalidValue) {
      return try CloudBase(region: region, custom: custom)
    } catch {
      throw CloudProblem(.invalidURL, "\(error.description).")
    }
  }

  /// The token, where it is of use.
  func access() throws(CloudProblem) -> CloudClient.Access {
    let base = try base()
    guard let account, account.base == base.text, account.region == base.region.rawValue else { throw .notSignedIn }
    guard let token else { throw .expired }
    // Until the clock is set no date is judged (contract, section 8).
    guard !surroundings.clock.isSet || now < account.expiresAt else { throw .expired }
    return CloudClient.Access(base: base, token: token)
  }

  /// Asks the cloud something with the token, and takes its word when the token has ended.
  func asking<Value: Sendable>(
    _ body: @Sendable (CloudClient, CloudClient.Access) async throws(CloudProblem) -> Value
  ) async throws -> Value {
    let number = session
    do throws(CloudProblem) {
      let access = try access()
      let value = try await body(client, access)
      guard number == session else { throw CloudProblem(.canceled) }
      setVerdict(.valid)
      return value
    } catch {
      if error.endsSession, number == session, token != nil {
        setVerdict(.invalid)
        try await endSession()
      }
      throw Fault(error)
    }
  }

  func setVerdict(_ verdict: CloudStanding.Verdict) {
    self.verdict = verdict
    verdictAt = now
  }

  /// The token is of no use any more; who it was stays, so that the person knows for whom to sign in.
  private func endSession() async throws {
    session += 1
    token = nil
    bound = nil
    changed()
    guard var record = account else { return }
    record.token = nil
    account = record
    try await accounts.put(record)
    surroundings.logger.notice("the sign-in to the cloud has ended")
  }

  /// Keeps a new account in place of the one before.
  func take(_ record: CloudAccountRecord, token: Secret) async throws {
    var record = record
    let key = try SealingKey(in: accounts.folder)
    record.token = try key.seal(token, for: Self.purpose(record))
    let isSame = account?.account == record.account && account?.base == record.base
    if isSame {
      record.syncedAt = account?.syncedAt
      record.lastMessage = account?.lastMessage
    } else if account != nil {
      try await accounts.erase()
    }
    try await accounts.put(record)
    session += 1
    account = record
    self.token = token
    pending = nil
    bound = nil
    setVerdict(.valid)
    changed()
  }

  package func signOut() async throws {
    session += 1
    token = nil
    account = nil
    pending = nil
    verdict = .unknown
    bound = nil
    client.forgetLimits()
    changed()
    try await accounts.erase()
  }

  /// Another region or base signs out (contract, section 5, "Cloud").
  package func heedSettings() async {
    let base = try? base()
    if let pending, pending.base != base { self.pending = nil }
    guard let account, account.base != base?.text || account.region != base?.region.rawValue else { return }
    do {
      try await signOut()
      surroundings.logger.notice("signed out of the cloud: the settings name another one")
    } catch {
      surroundings.logger.error("signing out of the cloud was not kept", metadata: ["error": "\(error)"])
    }
  }

  // MARK: For the broker

  /// Called whenever somebody signs in, or a sign-in ends; it must be quick.
  func onChange(_ changed: @escaping @Sendable () -> Void) { self.changed = changed }

  /// What the cloud's broker wants; nil while nobody is signed in, or the cloud does not say which printers it has.
  func lineAccess() async -> CloudLineAccess? {
    guard let access = try? access() else { return nil }
    let isFresh = bound.map { abs(now.seconds(since: $0.at)) < Self.boundSeconds } ?? false
    if !isFresh, let devices = try? await devices() { bound = (Set(devices.map(\.device.id)), now) }
    if account?.userID == nil {
      account?.userID = try? await asking { client, access throws(CloudProblem) in try await client.user(access) }.id
    }
    guard let userID = account?.userID, let bound else { return nil }
    return CloudLineAccess(base: access.base, userID: userID, token: access.token, bound: bound.serials)
  }

  /// Seconds for which the account's printers are taken to be the same.
  private static let boundSeconds = 3600.0

  /// Counts a message to the broker that our own limit allows.
  nonisolated func mayPublish() -> Bool { (try? surroundings.client.take([.message])) != nil }

  // MARK: How it stands

  /// Asks the cloud whether it takes the token, at most every five minutes; its silence changes nothing.
  package func standing() async throws -> CloudStanding {
    if (try? access()) != nil {
      let isFresh = verdictAt.map { abs(now.seconds(since: $0)) < Self.verdictSeconds } ?? false
      if !isFresh || verdict == .unknown {
        do {
          _ = try await asking { client, access throws(CloudProblem) in
            try await client.user(access, within: .seconds(5))
          }
        } catch is Fault {
          if token != nil { setVerdict(.unknown) }
        }
      }
    }
    return try await standingNow()
  }

  /// As far as this side knows.
  func standingNow() async throws -> CloudStanding {
    let (region, _) = surroundings.place()
    let base = try? base()
    var standing = CloudStanding(state: .signedOut, region: region, base: base?.text)
    standing.profiles = try await profiles.count()
    if let pending, pending.base == base, now.seconds(since: pending.since) < Self.pendingSeconds {
      standing.state = pending.key == nil ? .codeRequired : .secondFactorRequired
      standing.account = CloudStanding.masked(pending.account)
    }
    guard let account, account.base == base?.text, account.region == region.rawValue else { return standing }
    if standing.account == nil {
      let isOver = surroundings.clock.isSet && now >= account.expiresAt
      standing.state = token == nil || isOver ? .expired : .signedIn
      standing.account = CloudStanding.masked(account.account)
      standing.verdict = standing.state == .expired ? .invalid : verdict
    }
    standing.userName = account.userName
    standing.signedInAt = account.signedInAt
    standing.expiresAt = account.expiresAt
    standing.syncedAt = account.syncedAt
    return standing
  }
}
