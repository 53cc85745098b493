import Synchronization
import Wire

/// Which request is for what, and whether it is made as it should be.
extension StandInCloud {
  func route(_ request: CloudStandRequest, isOtherFile: Bool) -> CloudStandReply {
    let setting = "/v1/iot-service/api/slicer/setting"
    if request.method == "POST", request.headers["content-type"] != "application/json" {
      return complain("\(request.path) without Content-Type: application/json")
    }
    if request.method == "PUT", request.path.hasPrefix("/files/") { return take(request, isOtherFile: isOtherFile) }
    switch (request.method, request.path) {
    case ("POST", "/v1/user-service/user/login"): return signIn(request)
    case ("POST", "/v1/user-service/user/sendemail/code"): return sendCode(request, member: "email")
    case ("POST", "/api/v1/user-service/user/sendsmscode"): return sendCode(request, member: "phone")
    case ("GET", "/api/csrf"): return forgeryMark()
    case ("POST", "/api/sign-in/tfa"): return checkFactor(request)
    default: break
    }
    guard let token = request.headers["authorization"]?.split(separator: " ").last,
      request.headers["authorization"]?.hasPrefix("Bearer ") == true
    else { return complain("\(request.path) without a bearer token") }
    guard tokens.contains(String(token)) else { return refusal }
    switch (request.method, request.path) {
    case ("GET", "/v1/design-user-service/my/preference"):
      return whole(["uid": .string(account.userID), "name": "Demo", "handle": "demo"])
    case ("GET", "/v1/iot-service/api/user/bind"):
      return list(state.withLock { $0.devices }, named: "devices", request)
    case ("GET", "/v1/user-service/my/tasks"): return tasks(request)
    case ("GET", "/v1/user-service/my/messages"): return messages(request)
    case ("GET", setting): return profiles(request)
    case ("POST", setting): return makeProfile(request)
    case ("POST", "/v1/iot-service/api/user/upload"): return ticket(request)
    case ("POST", "/v1/iot-service/api/user/upload/confirm"): return confirm(request)
    case ("GET", let path) where path.hasPrefix(setting + "/"):
      return profile(String(path.dropFirst(setting.utf8.count + 1)))
    default: return .code(404)
    }
  }

  // MARK: Forms

  /// A value in the envelope of the manner.
  func whole(_ members: [String: JSONValue]) -> CloudStandReply {
    switch manner {
    case .reference: .json(["code": 0, "message": "Success", "data": .object(members)])
    case .observed:
      .json(.object(members.merging(["message": "success", "code": .null, "error": .null]) { first, _ in first }))
    }
  }

  /// A list: S2's with its pagination, or a named member.
  func list(_ all: [JSONValue], named name: String, _ request: CloudStandRequest) -> CloudStandReply {
    guard manner == .reference else { return whole([name: .array(all)]) }
    let limit = min(max(request.query("limit").flatMap(Int.init) ?? 20, 1), 100)
    let page = max(request.query("page").flatMap(Int.init) ?? 1, 1)
    let part = Array(all.dropFirst((page - 1) * limit).prefix(limit))
    return .json([
      "code": 0, "message": "Success", "data": .array(part),
      "pagination": [
        "page": .int(Int64(page)), "limit": .int(Int64(limit)), "total": .int(Int64(all.count)),
        "has_more": .bool(page * limit < all.count),
      ],
    ])
  }

  // MARK: Lists

  private func tasks(_ request: CloudStandRequest) -> CloudStandReply {
    var all = state.withLock { $0.tasks }
    if let device = request.query("deviceId") { all.removeAll { $0["deviceId"]?.string != device } }
    guard manner == .observed else { return list(all, named: "hits", request) }
    return after(all, request)
  }

  private func messages(_ request: CloudStandRequest) -> CloudStandReply {
    var all = state.withLock { $0.messages }
    if let last = request.query("after"), let index = all.firstIndex(where: { $0["id"]?.cloudID == last }) {
      all = Array(all[..<index])
    }
    return manner == .observed ? whole(["hits": .array(all)]) : list(all, named: "hits", request)
  }

  /// The real cloud's way through a list: `limit`, and `after` the number of the last element.
  private func after(_ all: [JSONValue], _ request: CloudStandRequest) -> CloudStandReply {
    let limit = min(max(request.query("limit").flatMap(Int.init) ?? 20, 1), 100)
    var rest = all[...]
    if let last = request.query("after"), let index = all.firstIndex(where: { $0["id"]?.cloudID == last }) {
      rest = all[(index + 1)...]
    }
    return .json(["total": .int(Int64(all.count)), "hits": .array(Array(rest.prefix(limit)))])
  }

  // MARK: Profiles

  private func profiles(_ request: CloudStandRequest) -> CloudStandReply {
    guard let version = request.query("version") else { return .code(400) }
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts.allSatisfy({ Int($0) != nil }) else {
      return .json(["message": "malformed version", "code": .null], status: 422)
    }
    let all = state.withLock { state in
      state.profiles.sorted { $0.key < $1.key }.map { $0.value.filter { $0.key != "setting" } }
    }
    guard manner == .observed else { return list(all.map { .object($0) }, named: "", request) }
    var kinds: [String: JSONValue] = [:]
    for kind in ["print", "printer", "filament"] {
      let ofKind = all.filter { $0["type"]?.string == kind }
      func entries(_ isOwn: Bool) -> JSONValue {
        .array(
          ofKind.filter { $0["private"]?.bool == isOwn }
            .map { .object($0.filter { $0.key != "private" && $0.key != "type" }) })
      }
      kinds[kind] = ["private": entries(true), "public": entries(false)]
    }
    return whole(kinds)
  }

  private func profile(_ id: String) -> CloudStandReply {
    guard let profile = state.withLock({ $0.profiles[id] }) else { return .code(manner == .reference ? 404 : 400) }
    return whole(profile)
  }

  private func makeProfile(_ request: CloudStandRequest) -> CloudStandReply {
    guard let json = request.json, let name = json["name"]?.string, let type = json["type"]?.string,
      json["setting"]?.object != nil, let base = json["base_id"]?.string
    else { return complain("a profile without name, type, base_id or setting") }
    let id = state.withLock { state in
      state.lastProfile += 1
      let id = "PPUS\(state.lastProfile)"
      state.profiles[id] = [
        "setting_id": .string(id), "name": .string(name), "type": .string(type), "base_id": .string(base),
        "version": json["version"] ?? "1.0.0.0", "update_time": "2025-03-04 05:06:07", "private": true,
        "setting": json["setting"] ?? [:],
      ]
      return id
    }
    return whole(["setting_id": .string(id), "update_time": "2025-03-04 05:06:07"])
  }
}
