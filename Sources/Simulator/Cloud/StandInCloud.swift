package import Model
import Synchronization
package import Wire

/// A stand-in for the maker's cloud: HTTP on loopback, with an account, printers, prints, profiles and uploads, in S2's forms
/// or those of the protocol sheet, and with faults on demand. What a request must have is insisted on.
package final class StandInCloud: Sendable {
  struct State {
    var account: CloudStandAccount
    var manner: CloudStandManner
    var tokens: Set<String> = []
    var lasts: Int64 = 7_776_000
    var forgeryMarks: Set<String> = []
    var factorKeys: Set<String> = []
    var codesSent = 0
    var devices: [JSONValue] = []
    var tasks: [JSONValue] = []
    var messages: [JSONValue] = []
    var profiles: [String: [String: JSONValue]] = [:]
    var lastProfile = 0
    var lastUpload = 0
    var files: [String: [UInt8]] = [:]
    var confirmed: [String] = []
    var faults: [(path: String, fault: CloudStandFault, left: Int)] = []
    var requests: [CloudStandRequest] = []
    var complaints: [String] = []
  }

  /// Requests kept for tests; the oldest go first.
  private static let kept = 2048

  private let listening: CloudStandPort
  let state: Mutex<State>

  /// - Parameter port: 0 asks the system for a free one.
  package init(
    port: UInt16 = 0, account: CloudStandAccount = CloudStandAccount(), manner: CloudStandManner = .observed
  ) throws {
    listening = try CloudStandPort(port: port)
    state = Mutex(State(account: account, manner: manner))
    try listening.serve { [weak self] channel in self?.serve(channel) }
  }

  deinit { listening.stop() }

  package var port: UInt16 { listening.number }
  package var url: String { "http://127.0.0.1:\(port)" }
  package func stop() { listening.stop() }

  // MARK: What it has

  package var manner: CloudStandManner {
    get { state.withLock { $0.manner } }
    set { state.withLock { $0.manner = newValue } }
  }
  package var account: CloudStandAccount {
    get { state.withLock { $0.account } }
    set { state.withLock { $0.account = newValue } }
  }
  /// Seconds that a token lasts, as it is told; the simulation itself does not count them.
  package var tokenLife: Int64 {
    get { state.withLock { $0.lasts } }
    set { state.withLock { $0.lasts = newValue } }
  }
  /// Everything that was ever given as a token.
  package var tokens: Set<String> { state.withLock { $0.tokens } }
  package var requests: [CloudStandRequest] { state.withLock { $0.requests } }
  /// What was wrong with requests.
  package var complaints: [String] { state.withLock { $0.complaints } }
  /// Codes that were sent.
  package var codesSent: Int { state.withLock { $0.codesSent } }
  /// The files that arrived and were confirmed, by their numbers.
  package var files: [String: [UInt8]] {
    state.withLock { state in state.files.filter { state.confirmed.contains($0.key) } }
  }

  /// The next `times` requests whose path begins so go wrong; -1 is all of them.
  package func fail(_ path: String, with fault: CloudStandFault, times: Int = 1) {
    state.withLock { $0.faults.append((path, fault, times)) }
  }

  package func clearFaults() { state.withLock { $0.faults = [] } }

  /// Binds a printer to the account.
  package func bind(serial: String, name: String, accessCode: Secret, model: PrinterModel) {
    state.withLock { state in
      state.devices.append([
        "dev_id": .string(serial), "name": .string(name), "online": true, "print_status": "SUCCESS",
        "dev_model_name": .string(model.rawValue), "dev_product_name": .string(model.displayName),
        // The real cloud ends it in a line break (protocol sheet, 8.3).
        "dev_access_code": .string(accessCode.exposed + "\n"), "nozzle_diameter": 0.4, "dev_structure": "CoreXY",
      ])
    }
  }

  /// The newest first.
  package func setTasks(_ tasks: [JSONValue]) { state.withLock { $0.tasks = tasks } }

  package func add(message: JSONValue) { state.withLock { $0.messages.insert(message, at: 0) } }

  /// - Parameter members: of the list's entry; `setting` is given with the whole profile only.
  package func put(
    profile id: String, type: CloudProfileType, name: String, isOwn: Bool, version: String = "1.9.0.0",
    settings: JSONValue = ["layer_height": "0.2"]
  ) {
    state.withLock { state in
      state.profiles[id] = [
        "setting_id": .string(id), "type": .string(type.rawValue), "name": .string(name), "version": .string(version),
        "update_time": "2025-03-04 05:06:07", "base_id": "GP004", "private": .bool(isOwn), "setting": settings,
      ]
    }
  }

  /// Some profiles and prints, so that there is something to see.
  func fillForDemo(devices: [String]) {
    put(profile: "GP004", type: .print, name: "0.20mm Standard", isOwn: false)
    put(profile: "GM014", type: .printer, name: "P1S 0.4 nozzle", isOwn: false)
    put(profile: "PFUS1", type: .filament, name: "Workshop PLA @P1S", isOwn: true)
    setTasks(
      devices.enumerated().map { index, device in
        [
          "id": .int(Int64(1000 - index)), "title": "Benchy", "status": 2, "deviceId": .string(device),
          "startTime": "2025-03-04T05:06:07Z", "endTime": "2025-03-04T06:06:07Z", "costTime": 3500, "weight": 12.5,
          "plateIndex": 1, "amsDetailMapping": [["ams": 0, "filamentType": "PLA", "targetColor": "FF6A13FF"]],
        ]
      })
  }

  package func remove(profile id: String) { state.withLock { $0.profiles[id] = nil } }

  /// All tokens end.
  package func expireTokens() { state.withLock { $0.tokens = [] } }

  // MARK: Requests

  private func serve(_ channel: CloudStandChannel) {
    while let request = channel.request(reading: { head in
      nextFault(head, peeking: true) != .cut || head.method != "PUT"
    }) {
      state.withLock { state in
        if state.requests.count == Self.kept { state.requests.removeFirst() }
        state.requests.append(request)
      }
      guard answer(request, on: channel), request.headers["connection"]?.lowercased() != "close" else { return }
    }
  }

  /// False ends the connection.
  private func answer(_ request: CloudStandRequest, on channel: CloudStandChannel) -> Bool {
    let fault = nextFault(request, peeking: false)
    switch fault {
    case .silence:
      channel.holdStill()
      return false
    case .cut:
      channel.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"code\":".utf8)
      return false
    case .long(let count):
      channel.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(count)\r\n\r\n".utf8)
      channel.writeEndlessly(count)
      return false
    default: return channel.write(reply(to: request, fault).bytes)
    }
  }

  private func nextFault(_ request: CloudStandRequest, peeking: Bool) -> CloudStandFault? {
    state.withLock { state in
      guard let index = state.faults.firstIndex(where: { request.path.hasPrefix($0.path) && $0.left != 0 }) else {
        return nil
      }
      let fault = state.faults[index].fault
      guard !peeking || (fault == .cut && request.method == "PUT") else { return fault }
      if state.faults[index].left > 0 { state.faults[index].left -= 1 }
      return fault
    }
  }

  private func reply(to request: CloudStandRequest, _ fault: CloudStandFault?) -> CloudStandReply {
    switch fault {
    case .code(let code): return .code(code)
    case .page(let status): return .page(status, "An error page")
    case .name(let name): return .json(["error": .string(name), "message": "a named error"], status: 400)
    case .tooMany(let seconds): return .page(429, "Slow down", headers: [("Retry-After", String(seconds))])
    case .challenge: return .page(403, "Just a moment...", headers: [("cf-mitigated", "challenge")])
    case .expiry:
      expireTokens()
      return refusal
    case .passing401: return .json(["error": "try again", "code": .null], status: 401)
    case .garbage: return CloudStandReply(200, body: [0xFF, 0x00, 0x7B, 0x22])
    case .loop: return CloudStandReply(302, headers: [("Location", request.target)])
    case .redirect(let place): return CloudStandReply(307, headers: [("Location", place)])
    case .echo:
      let words = "\(request.headers["authorization"] ?? "") \(String(decoding: request.body, as: UTF8.self))"
      return .json(
        ["code": 400, "message": .string(words), "error": .string(words), "details": ["reason": .string(words)]],
        status: 400)
    case .body(let text): return CloudStandReply(200, body: Array(text.utf8))
    case .otherChecksum: return route(request, isOtherFile: true)
    case nil, .silence, .cut, .long: return route(request, isOtherFile: false)
    }
  }

  /// How a token that does not hold is told.
  var refusal: CloudStandReply {
    switch manner {
    case .reference: .code(1002)
    case .observed: .json(["code": 4, "error": "Please login.", "message": ""], status: 401)
    }
  }

  func complain(_ sentence: String) -> CloudStandReply {
    state.withLock { $0.complaints.append(sentence) }
    return .code(400)
  }
}
