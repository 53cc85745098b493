package import Model

extension CloudDevice {
  /// nil for what has no serial number.
  package init?(_ json: JSONValue) {
    guard let id = json["dev_id"]?.cloudID else { return nil }
    self.init(id: id)
    name = json["name"]?.cloudText(100)
    isOnline = (json["online"] ?? json["dev_online"])?.cloudFlag
    printStatus = json["print_status"]?.cloudText(40)
    model = (json["dev_product_name"] ?? json["dev_model_name"])?.cloudText(60)
    // It may end in a line break (protocol sheet, 8.3).
    if let code = json["dev_access_code"]?.cloudText(33) { accessCode = (try? AccessCode(code))?.secret }
    nozzle = json["nozzle_diameter"]?.cloudNumber
  }
}

extension CloudTask {
  /// nil for what has no number.
  package init?(_ json: JSONValue) {
    guard let id = json["id"]?.cloudID else { return nil }
    self.init(id: id)
    title = json["title"]?.cloudText(200)
    deviceID = json["deviceId"]?.cloudID
    model = json["deviceModel"]?.cloudText(60)
    status =
      switch json["status"]?.cloudInteger {
      case 1: .created
      case 2: .finished
      case 3: .failed
      case 4: .running
      default: .unknown
      }
    startedAt = json["startTime"]?.cloudTime
    endedAt = json["endTime"]?.cloudTime
    estimatedTime = Self.natural(json["costTime"])
    weight = json["weight"]?.cloudNumber.flatMap { $0 >= 0 ? $0 : nil }
    plate = Self.natural(json["plateIndex"])
    bedType = json["bedType"]?.cloudText(60)
    filaments = (json["amsDetailMapping"]?.array ?? []).prefix(64).map { entry in
      var filament = Filament()
      filament.tray = entry["ams"]?.cloudInteger
      filament.type = entry["filamentType"]?.cloudText(40)
      filament.color = (entry["targetColor"] ?? entry["sourceColor"])?.cloudText(8)
      filament.filamentID = entry["filamentId"]?.cloudText(40)
      filament.weight = entry["weight"]?.cloudNumber
      return filament
    }
  }

  private static func natural(_ json: JSONValue?) -> Int? { json?.cloudInteger.flatMap { $0 >= 0 ? $0 : nil } }

  /// Seconds from start to end; nil where one of them is unknown.
  package var duration: Int? {
    guard let startedAt, let endedAt, endedAt >= startedAt else { return nil }
    return Int(endedAt.seconds(since: startedAt))
  }
}

extension CloudProfile {
  /// The slicer's version that the cloud wants to hear of; any of this form will do (protocol sheet, 8.3).
  package static let askedVersion = "1.10.0.89"
  /// Bytes of the whole list.
  package static let listLimit = 16 << 20
  /// Profiles that are kept.
  package static let limit = 10_000

  /// nil for what has no number or no name. `type` and `isOwn` are where the entry itself does not say.
  package init?(_ json: JSONValue, type: CloudProfileType?, isOwn: Bool?) {
    let said = json["type"]?.string.flatMap(CloudProfileType.init(rawValue:))
    guard let id = (json["setting_id"] ?? json["id"])?.cloudID, let name = json["name"]?.cloudText(200),
      let type = type ?? said
    else { return nil }
    self.init(
      id: id, name: Self.shown(name, of: type), type: type,
      isOwn: isOwn ?? json["own"]?.cloudFlag ?? json["private"]?.cloudFlag ?? false)
    baseID = json["base_id"]?.cloudID
    version = json["version"]?.cloudText(40)
    updatedAt = (json["update_time"] ?? json["updated_at"])?.cloudTime
  }

  /// Filaments are named with ` @` and the printer behind (protocol sheet, 8.3).
  private static func shown(_ name: String, of type: CloudProfileType) -> String {
    guard type == .filament else { return name }
    var previous: Character?
    for index in name.indices {
      if name[index] == "@", previous == " ", index != name.startIndex {
        let cut = name[..<name.index(before: index)]
        return cut.isEmpty ? name : String(cut)
      }
      previous = name[index]
    }
    return name
  }

  /// All profiles of a list, in either form; each number once.
  package static func list(_ reply: CloudReply) -> [CloudProfile] {
    var found: [CloudProfile] = []
    var seen: Set<String> = []
    func take(_ json: JSONValue, _ type: CloudProfileType?, _ isOwn: Bool?) {
      guard found.count < limit, let profile = CloudProfile(json, type: type, isOwn: isOwn),
        seen.insert(profile.id).inserted
      else { return }
      found.append(profile)
    }
    for entry in reply.data.array ?? [] { take(entry, nil, nil) }
    for type in CloudProfileType.allCases {
      for entry in reply.data[type.rawValue]?["private"]?.array ?? [] { take(entry, type, true) }
      for entry in reply.data[type.rawValue]?["public"]?.array ?? [] { take(entry, type, false) }
    }
    return found
  }

  /// The settings of a whole profile, within bounds.
  package static func settings(_ reply: CloudReply) -> JSONValue? {
    for name in ["setting", "settings"] {
      if let settings = reply.data[name], settings.object != nil { return settings }
    }
    return JSONValue?.none
  }
}

/// Where a file is to be sent (S2, "Upload Flow").
package struct CloudUploadTicket: Hashable, Sendable {
  package var address: WebAddress
  package var fileID: String

  package init(_ reply: CloudReply) throws(CloudProblem) {
    guard let text = (reply.data["upload_url"] ?? reply.root["upload_url"])?.string,
      let address = try? WebAddress(text, field: "upload_url")
    else { throw CloudProblem(.badResponse, "The answer has no upload_url.") }
    self.address = address
    if let id = (reply.data["file_id"] ?? reply.root["file_id"])?.cloudText(256) {
      fileID = id
      return
    }
    // The last part of the path stands for it (contract, section 5, "Cloud").
    let path = address.place.target.exposed.prefix { $0 != "?" }
    guard let last = path.split(separator: "/").last else {
      throw CloudProblem(.badResponse, "The answer names no file.")
    }
    fileID = String(last)
  }
}
