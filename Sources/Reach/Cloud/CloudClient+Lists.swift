package import Model
import Rules
package import Wire

/// What the account has: printers, prints, profiles, messages (protocol sheet, 8.3).
extension CloudClient {
  /// S2's parts have this many elements.
  private static let step = 100
  /// Requests for one list, at most.
  private static let steps = 20

  package func devices(_ access: Access) async throws(CloudProblem) -> [CloudDevice] {
    var found: [CloudDevice] = []
    for number in 1...Self.steps {
      var order = Order(
        .get, Self.path(access.base.api, "/v1/iot-service/api/user/bind", Self.page(number)), token: access.token)
      // How all printers stand is asked at once; it counts as one of them.
      order.subjects = [.device("")]
      let page = CloudPage(try await ask(order), named: "devices")
      found += page.elements.compactMap(CloudDevice.init)
      guard page.isNumbered, page.hasMore == true, !page.elements.isEmpty else { break }
    }
    var seen: Set<String> = []
    return found.filter { seen.insert($0.id).inserted }
  }

  /// Prints, the newest first.
  /// - Parameters:
  ///   - device: only of this printer.
  ///   - count: as many as are wanted from the beginning; at most 2,000 are fetched.
  package func tasks(
    _ access: Access, device: String?, count: Int
  ) async throws(CloudProblem) -> (tasks: [CloudTask], total: Int) {
    var found: [CloudTask] = []
    var total: Int?
    var last: String?
    for number in 1...Self.steps {
      var query = Self.page(number)
      if let device { query.append(("deviceId", device)) }
      if let last { query.append(("after", last)) }
      var order = Order(
        .get, Self.path(access.base.api, "/v1/user-service/my/tasks", query), token: access.token)
      if let device { order.subjects = [.device(device)] }
      let page = CloudPage(try await ask(order), named: "hits")
      let tasks = page.elements.compactMap(CloudTask.init)
      // A cloud that gives the same part again has no more.
      if let first = tasks.first, found.contains(where: { $0.id == first.id }) { break }
      found += tasks
      total = page.total ?? total
      let isMore = page.isNumbered ? page.hasMore == true : found.count < total ?? 0
      guard isMore, found.count < count, let newLast = tasks.last?.id else { break }
      last = newLast
    }
    return (found, max(total ?? found.count, found.count))
  }

  package func profiles(_ access: Access) async throws(CloudProblem) -> [CloudProfile] {
    var found: [CloudProfile] = []
    for number in 1...Self.steps {
      let query = [("version", CloudProfile.askedVersion)] + Self.page(number)
      var order = Order(
        .get, Self.path(access.base.api, "/v1/iot-service/api/slicer/setting", query), token: access.token)
      order.limit = CloudProfile.listLimit
      let reply: CloudReply
      do throws(CloudProblem) {
        reply = try await ask(order)
      } catch {
        throw Self.versionProblem(error)
      }
      found += CloudProfile.list(reply)
      let page = CloudPage(reply, named: "")
      guard page.isNumbered, page.hasMore == true, !page.elements.isEmpty else { break }
    }
    var seen: Set<String> = []
    return found.filter { seen.insert($0.id).inserted }
  }

  /// A version that is missing or malformed is refused in a way of its own (protocol sheet, 8.3).
  private static func versionProblem(_ problem: CloudProblem) -> CloudProblem {
    guard problem.answered == 422 else { return problem }
    return CloudProblem(.invalidVersion, problem.message, code: problem.code, details: problem.details)
  }

  /// The settings of one profile.
  package func settings(of id: String, _ access: Access) async throws(CloudProblem) -> JSONValue {
    let order = Order(
      .get, Self.path(access.base.api, "/v1/iot-service/api/slicer/setting/\(percentEncoded(id))"),
      token: access.token)
    guard let settings = CloudProfile.settings(try await ask(order)) else {
      throw CloudProblem(.badResponse, "The answer has no settings.")
    }
    return settings
  }

  /// Makes a profile of the account's own; its number and version.
  package func create(
    name: String, type: CloudProfileType, baseID: String, settings: JSONValue, _ access: Access
  ) async throws(CloudProblem) -> CloudProfile {
    var order = Order(.post, Self.path(access.base.api, "/v1/iot-service/api/slicer/setting"), token: access.token)
    order.body = [
      "name": .string(name), "type": .string(type.rawValue), "base_id": .string(baseID),
      "version": .string(CloudProfile.askedVersion), "setting": settings,
    ]
    let reply = try await ask(order)
    guard let id = (reply.data["setting_id"] ?? reply.data["id"])?.cloudID else {
      throw CloudProblem(.badResponse, "The answer does not say under which number the profile is kept.")
    }
    var profile = CloudProfile(id: id, name: name, type: type, isOwn: true)
    profile.baseID = baseID
    profile.version = reply.data["version"]?.cloudText(40) ?? CloudProfile.askedVersion
    profile.updatedAt = reply.data["update_time"]?.cloudTime
    return profile
  }

  /// The cloud's messages after one, of the six kinds that S2 names.
  package func messages(
    after last: String?, _ access: Access
  ) async throws(CloudProblem) -> (events: [CloudEvent], last: String?) {
    var query = [("limit", "20")]
    if let last { query.append(("after", last)) }
    let order = Order(.get, Self.path(access.base.api, "/v1/user-service/my/messages", query), token: access.token)
    let page = CloudPage(try await ask(order), named: "hits")
    return (page.elements.prefix(100).compactMap(CloudEvent.init), page.elements.first?["id"]?.cloudID ?? last)
  }

  /// S2's parameters, with their `=`.
  private static func page(_ number: Int) -> [(String, String)] {
    [("page", String(number)), ("limit", String(step)), ("offset", String((number - 1) * step))]
  }
}
