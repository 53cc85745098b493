package import Model
import Reach
package import Store
package import Wire

/// A printer of the account, and the one here that it is.
package struct CloudDeviceEntry: Sendable {
  package var device: CloudDevice
  package var printer: PrinterID?
}

/// A print of the account, and the printer here that made it.
package struct CloudTaskEntry: Sendable {
  package var task: CloudTask
  package var printer: PrinterID?
}

extension CloudDesk {
  package func devices() async throws -> [CloudDeviceEntry] {
    let devices = try await asking { client, access throws(CloudProblem) in try await client.devices(access) }
    let ours = printersBySerial
    return devices.map { CloudDeviceEntry(device: $0, printer: ours[$0.id]) }
  }

  /// The newest first.
  /// - Parameter visible: the printers that exist for whoever asks; nil is all, and prints of others.
  package func tasks(
    device: String?, visible: Set<PrinterID>?, limit: Int, offset: Int
  ) async throws -> (tasks: [CloudTaskEntry], total: Int) {
    let ours = printersBySerial
    // What one may not see is left out before it is counted, so that all must be looked at.
    let wanted = visible == nil ? offset + limit : Int.max
    let found = try await asking { client, access throws(CloudProblem) in
      try await client.tasks(access, device: device, count: wanted)
    }
    var entries = found.tasks.map { task in
      CloudTaskEntry(task: task, printer: task.deviceID.flatMap { ours[$0] })
    }
    var total = found.total
    if let visible {
      entries.removeAll { entry in entry.printer.map { !visible.contains($0) } ?? true }
      total = entries.count
    }
    return (Array(entries.dropFirst(offset).prefix(limit)), total)
  }

  private nonisolated var printersBySerial: [String: PrinterID] {
    Dictionary(
      surroundings.view.all.map { ($0.identity.serial.text, $0.identity.id) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Profiles

  /// What the last sync has seen; it needs no cloud.
  package func profiles(
    type: CloudProfileType?, limit: Int, offset: Int
  ) async throws -> (total: Int, profiles: [CloudProfile]) {
    try await profiles.list(type: type, limit: limit, offset: offset)
  }

  /// With its settings: those that are kept, else from the cloud.
  package func profile(_ id: String) async throws -> (profile: CloudProfile, settings: JSONValue) {
    guard let record = try await profiles.get(id) else {
      throw Fault(.profileNotFound, "There is no profile of this number. A sync may bring it.")
    }
    if let text = record.settings, let settings = try? JSONParser.parse(text.utf8, limits: .init(bytes: 1 << 22)) {
      return (record.profile, settings)
    }
    let settings = try await asking { client, access throws(CloudProblem) in
      try await client.settings(of: id, access)
    }
    try await profiles.put(CloudProfileRecord(profile: record.profile, settings: Self.text(settings)))
    return (record.profile, settings)
  }

  package func makeTemplate(
    name: String, type: CloudProfileType, baseID: String, settings: JSONValue
  ) async throws -> (profile: CloudProfile, settings: JSONValue) {
    let made = try await asking { client, access throws(CloudProblem) in
      try await client.create(name: name, type: type, baseID: baseID, settings: settings, access)
    }
    try await profiles.put(CloudProfileRecord(profile: made, settings: Self.text(settings)))
    return (made, settings)
  }

  /// Settings of profiles that one sync fetches at most; the rest comes with the next, or when somebody asks for one.
  private static let fetchedAtOnce = 100

  /// Makes the profiles here equal to the account's, all or nothing. Those of the account's own come with their settings.
  package func sync() async throws -> (changes: CloudProfileRepository.Changes, at: Timestamp) {
    guard !isSyncing else { throw Fault(.conflict, "A sync is running already. Wait for its end.") }
    isSyncing = true
    defer { isSyncing = false }
    _ = try asFault { () throws(CloudProblem) in try access() }
    let number = session
    let known = try await profiles.known()
    let listed = try await asking { client, access throws(CloudProblem) in try await client.profiles(access) }
    var records: [CloudProfileRecord] = []
    var fetched = 0
    for profile in listed {
      var record = CloudProfileRecord(profile: profile)
      let isHere = known[profile.id].map { $0.profile == profile && $0.hasSettings } ?? false
      if profile.isOwn, !isHere, fetched < Self.fetchedAtOnce {
        fetched += 1
        record.settings = Self.text(
          try await asking { client, access throws(CloudProblem) in
            try await client.settings(of: profile.id, access)
          })
      }
      records.append(record)
    }
    await heedMessages()
    guard number == session, var record = account else {
      throw Fault(account != nil && token == nil ? .expired : CloudProblem(.canceled))
    }
    let at = now
    record.syncedAt = at
    let changes = try await profiles.replace(records, account: record)
    if number == session { account = record }
    return (changes, at)
  }

  /// What the cloud has to tell, at a sync. That it has nothing to say, or no such door, is no failure of the sync.
  private func heedMessages() async {
    let last = account?.lastMessage
    guard
      let heard = try? await asking({ client, access throws(CloudProblem) in
        try await client.messages(after: last, access)
      })
    else { return }
    account?.lastMessage = heard.last
    for event in heard.events.reversed() { tell(event) }
  }

  /// Tells people an event of the cloud's, under our name for it. What a printer here tells itself is not told twice.
  func tell(_ event: CloudEvent) {
    let printer = event.deviceID.flatMap { printersBySerial[$0] }
    if event.kind != .notification, let printer, surroundings.view[printer]?.isConnected == true { return }
    let level: ServiceNotice.Level =
      switch event.kind {
      case .printFailed: .error
      case .printerOffline: .warning
      default: .info
      }
    surroundings.feed.publish(
      .notice(
        ServiceNotice(
          event: event.kind.rawValue, title: event.title ?? event.kind.title,
          message: event.message ?? "The cloud says so of \(event.deviceID ?? "the account").", level: level,
          printer: printer)))
  }

  static func text(_ value: JSONValue) -> String {
    var json = JSONWriter()
    json.write(value)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  func asFault<Value>(_ body: () throws(CloudProblem) -> Value) throws(Fault) -> Value {
    do throws(CloudProblem) { return try body() } catch { throw Fault(error) }
  }
}

extension CloudEvent.Kind {
  fileprivate var title: String {
    switch self {
    case .printStarted: "Print started"
    case .printComplete: "Print finished"
    case .printFailed: "Print failed"
    case .printerOnline: "Printer online"
    case .printerOffline: "Printer offline"
    case .notification: "Message of the cloud"
    }
  }
}
