import NIOCore
import NIOHTTP1
import Wire
package import HTTPServer
package import Model
package import Service

/// The two ways to show an answer (contract, section 1).
package enum ReplyFormat: String, Sendable, CaseIterable {
  /// S1: the value itself.
  case bare
  /// S0: `{"success":true,"data":…}`.
  case envelope

  /// The one that holds when nobody asks.
  package init(settings: Settings) {
    self = settings[.defaultFormat].string.flatMap(ReplyFormat.init(rawValue:)) ?? .bare
  }

  /// The header's word before the query's before the setting's; any other word in either is refused.
  ///
  /// - Parameter operation: nil where there is none, and the query may be meant for another: then its other words are let
  ///   be. One that has a `format` of its own has the word of the query to itself.
  static func wanted(
    by request: HTTPRequest, for operation: Operation?, otherwise standard: ReplyFormat
  ) throws(Fault) -> ReplyFormat {
    var wanted = standard
    if operation?.hasOwnFormat != true {
      for item in request.target.query where item.name == "format" {
        if operation == nil {
          wanted = ReplyFormat(rawValue: item.value) ?? wanted
        } else {
          wanted = try known(item.value, as: "format")
        }
      }
    }
    if let word = request.headers.first(name: "X-Response-Format") {
      wanted = try known(word, as: "X-Response-Format")
    }
    return wanted
  }

  private static func known(_ word: String, as field: String) throws(Fault) -> ReplyFormat {
    guard let format = ReplyFormat(rawValue: word) else { throw Fault(InvalidValue(field, "must be bare or envelope")) }
    return format
  }
}

extension HTTPRequest {
  /// The last value of that name in the query.
  package func queryValue(_ name: String) -> String? {
    target.query.last { $0.name == name }?.value
  }

  /// Whether the body says that it is of this type; parameters such as the character set do not matter.
  package func hasMediaType(_ type: String) -> Bool {
    guard let value = headers.first(name: "Content-Type") else { return false }
    let essence = value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    return trimmed(String(essence)).lowercased() == type
  }

  /// The whole body; 413 above the limit.
  package func collectBody(limit: Int) async throws(Fault) -> [UInt8] {
    do throws(RequestBodyError) {
      return Array((try await body.collect(limit: limit)).readableBytesView)
    } catch {
      switch error {
      case .tooLarge(let limit):
        throw Fault(.payloadTooLarge, "The body is larger than \(limit) bytes.")
      case .interrupted:
        throw Fault(.invalidRequest, "The body broke off.")
      }
    }
  }
}
