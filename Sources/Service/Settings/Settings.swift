package import Logging
package import Model
import Rules
package import Store
import Synchronization
package import Wire

/// The settings as they hold: pinned by the configuration, else from the database, else the standard.
package final class Settings: Sendable {
  package typealias Follower = @Sendable (Settings) -> Void

  private struct State {
    var stored: [SettingName: JSONValue]
    /// The change that `stored` comes from.
    var change = 0
    var followers: [Follower] = []
  }

  private let pinned: [SettingName: JSONValue]
  private let repository: SettingsRepository
  private let state: Mutex<State>
  private let changes = Mutex(0)
  private let telling = Mutex(())

  /// - Throws: `InvalidValue` with the name of a pinned setting that does not exist or does not fit.
  package init(pinned texts: [(name: String, value: String)], repository: SettingsRepository) async throws {
    pinned = try Self.pin(texts)
    self.repository = repository
    state = Mutex(State(stored: Self.read(try await repository.all())))
  }

  /// Checks what a configuration pins, before anything else is touched.
  package static func pin(_ texts: [(name: String, value: String)]) throws(InvalidValue) -> [SettingName: JSONValue] {
    var pinned: [SettingName: JSONValue] = [:]
    for (text, value) in texts {
      guard let name = SettingName(rawValue: text) else { throw unknown(text) }
      guard let value = name.kind.taken(name.kind.value(fromText: value)) else {
        throw InvalidValue(text, name.expectation)
      }
      pinned[name] = value
    }
    return pinned
  }

  package static func unknown(_ name: String) -> InvalidValue {
    let known = SettingName.allCases.map(\.rawValue).joined(separator: ", ")
    return InvalidValue(name, "is no setting; expected one of \(known)")
  }

  package subscript(_ name: SettingName) -> JSONValue {
    pinned[name] ?? state.withLock { $0.stored[name] } ?? name.standard
  }

  /// Given by the configuration, so that it cannot be changed.
  package func isPinned(_ name: SettingName) -> Bool { pinned[name] != nil }

  /// Calls after every change; whoever follows must be quick.
  package func follow(_ follower: @escaping Follower) { state.withLock { $0.followers.append(follower) } }

  /// Changes settings, all or none; nil goes back to the standard. When this returns they are on the disk and hold.
  ///
  /// - Parameter values: in their one form (`SettingKind.taken`).
  /// - Throws: `Fault` 409 for what is pinned to another value.
  package func change(_ values: [SettingName: JSONValue?], now: Timestamp) async throws {
    let refused = values.filter { name, value in pinned[name].map { $0 != value ?? name.standard } ?? false }
    guard refused.isEmpty else {
      let names = refused.keys.map(\.rawValue).sorted().joined(separator: ", ")
      throw Fault(.conflict, "The configuration file of the service pins \(names). Change it there.")
    }
    let free = values.filter { pinned[$0.key] == nil }
    var texts: [String: String?] = [:]
    for (name, value) in free {
      // What equals the standard is kept as well: a later version may have another one.
      texts.updateValue(value.map(Self.text), forKey: name.rawValue)
    }
    let (all, number) = try await repository.change(texts, now: now) { [self] in
      changes.withLock { count in
        count += 1
        return count
      }
    }
    let followers = state.withLock { state -> [Follower] in
      guard number > state.change else { return [] }
      state.change = number
      state.stored = Self.read(all)
      return state.followers
    }
    // One after the other, so that the last to be told has read the newest.
    telling.withLock { _ in
      for follower in followers { follower(self) }
    }
  }

  private static func read(_ texts: [String: String]) -> [SettingName: JSONValue] {
    var found: [SettingName: JSONValue] = [:]
    for (text, json) in texts {
      // A name of a later version, or a value that fits no more, does not stop the service.
      guard let name = SettingName(rawValue: text),
        let value = try? JSONParser.parse(json.utf8, limits: .init(bytes: 1 << 16)), let taken = name.kind.taken(value)
      else { continue }
      found[name] = taken
    }
    return found
  }

  private static func text(_ value: JSONValue) -> String {
    var json = JSONWriter()
    json.write(value)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension Settings {
  /// A setting that is a whole number.
  package func number(_ name: SettingName) -> Int {
    if case .int(let number) = self[name] { Int(clamping: number) } else { 0 }
  }

  /// A setting that is a list of texts.
  package func texts(_ name: SettingName) -> [String] { (self[name].array ?? []).compactMap(\.string) }

  package var connectionsPerAddress: Int { number(.connectionsPerAddress) }

  /// Lifts the list of G-code commands, not their form.
  package var allowsAllGcode: Bool { self[.gcodeAllowAll].bool ?? false }

  /// Bytes of a file that is sent or fetched.
  package var uploadLimit: Int64 { Int64(number(.uploadMaximum)) }

  /// Prints' files are fetched from their printers.
  package var archivesByItself: Bool { self[.archiveAuto].bool ?? true }

  package var archiveBounds: ArchiveBounds {
    ArchiveBounds(
      quotaBytes: Int64(number(.archiveQuota)), keepDays: number(.archiveKeepDays), binDays: number(.archiveBinDays))
  }

  /// One film has room within what all may take, or it would go as soon as it is done.
  package var timelapseBounds: TimelapseBounds {
    let kept = Int64(number(.timelapseKept))
    return TimelapseBounds(
      isOn: self[.timelapse].bool ?? false, frames: number(.timelapseFrames),
      bytes: min(Int64(number(.timelapseBytes)), kept), keptBytes: kept)
  }

  /// °C that no nozzle may be above when a printer's power is cut.
  package var safeTemperature: Double { Double(number(.plugSafeTemperature)) }
  package var queue: QueueSettings {
    QueueSettings(
      requiresClearPlate: self[.requirePlateClear].bool ?? true,
      powerOff: CooldownWatch.Plan(
        temperature: Double(number(.powerOffTemperature)), delay: Double(number(.powerOffDelay))))
  }

  /// Where newer versions are offered.
  package var updateAddress: WebAddress? { self[.updateURL].string.flatMap { try? WebAddress($0) } }

  /// What the service goes to may be on this machine itself.
  package var allowsLoopback: Bool { self[.allowsLoopback].bool ?? true }

  /// Per cent of a print, rising.
  package var progressSteps: [Int] {
    (self[.progressSteps].array ?? []).compactMap { if case .int(let step) = $0 { Int(clamping: step) } else { nil } }
  }

  /// The light may be switched on for a photo.
  package var lightsForPhotos: Bool { self[.photoLight].bool ?? false }

  /// A setting that is a text.
  package func text(_ name: SettingName) -> String { self[name].string ?? "" }

  /// What a kilowatt-hour costs; nil where nobody has said.
  package var energyPrice: Double? {
    switch self[.energyPrice] {
    case .int(let price) where price > 0: Double(price)
    case .double(let price) where price > 0: price
    default: nil
    }
  }

  /// As days are counted. A zone that the system has lost is UTC.
  package var zone: ZoneOffsets { self[.timeZone].string.flatMap(ZoneShelf.offsets(named:)) ?? .utc }

  /// Which cloud, and where it is if it is somebody's own.
  package var cloudPlace: (region: CloudRegion, custom: String) {
    (self[.cloudRegion].string.flatMap(CloudRegion.init(rawValue:)) ?? .global, self[.cloudBase].string ?? "")
  }

  package var logLevel: Logger.Level { self[.logLevel].string.flatMap(Logger.Level.init(rawValue:)) ?? .info }
}
