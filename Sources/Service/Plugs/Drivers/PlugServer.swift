import Model
import Reach
import Wire

/// A plug that is asked over HTTP: what all of them have in common.
struct PlugServer: Sendable {
  let client: WebClient
  let address: WebAddress
  var authentication = WebRequest.Authentication.ofAddress

  /// A plug answers at once or not at all.
  private static let bounds = WebBounds(deadline: .seconds(6), connect: .seconds(3), bodyBytes: 64 * 1024)

  /// The answer's body.
  ///
  /// - Parameter target: path and query below the address.
  /// - Throws: `Fault` `PLUG_OFFLINE`. An answer's body is never in it (contract, section 5).
  func ask(
    _ target: String, method: WebRequest.Method = .get, body: WebBody = .none
  ) async throws(Fault) -> [UInt8] {
    var request = WebRequest(method, address.appending(target))
    request.authentication = authentication
    request.body = body
    request.bounds = Self.bounds
    let answer: WebAnswer
    do {
      answer = try await client.perform(request)
    } catch {
      throw Fault(.plugOffline, "The smart plug does not answer. \(error.description)")
    }
    guard !answer.isCut else { throw Self.unlike("its answer is longer than a plug's") }
    switch answer.status {
    case 200..<300: return answer.body
    case 401, 403:
      throw Fault(
        .plugOffline, "The smart plug refuses us (status \(answer.status)). Check its user name, password or token.")
    case 404: throw Self.unlike("it does not know what was asked for (status 404)")
    default: throw Fault(.plugOffline, "The smart plug answered with status \(answer.status).")
    }
  }

  func json(
    _ target: String, method: WebRequest.Method = .get, body: WebBody = .none
  ) async throws(Fault) -> JSONValue {
    let bytes = try await ask(target, method: method, body: body)
    guard let json = try? JSONParser.parse(bytes, limits: .init(bytes: 64 * 1024)) else {
      throw Self.unlike("its answer is no JSON")
    }
    return json
  }

  /// What answers is not what its type says.
  static func unlike(_ what: String) -> Fault {
    Fault(.plugOffline, "What answers at the plug's address is not what its type says: \(what).")
  }
}

extension JSONValue {
  /// A number, also one that is written as text.
  var figure: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number.isFinite ? number : nil
    case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  /// The value at `a.b.0.c`.
  func at(_ path: String) -> JSONValue? {
    var value = self
    for part in path.split(separator: ".") {
      if let array = value.array {
        guard let index = Int(part), array.indices.contains(index) else { return .none }
        value = array[index]
      } else if let member = value[String(part)] {
        value = member
      } else {
        return .none
      }
    }
    return value
  }

  /// What devices say for on and off.
  var plugState: PlugState {
    switch self {
    case .bool(let flag): flag ? .on : .off
    case .int(let number): number == 1 ? .on : number == 0 ? .off : .unknown
    case .string(let text): PlugState(word: text)
    default: .unknown
    }
  }
}

extension PlugState {
  init(word text: String) {
    switch text.lowercased() {
    case "on", "1", "true": self = .on
    case "off", "0", "false": self = .off
    default: self = .unknown
    }
  }
}
