/// Questions that only read (protocol sheet, section 3.8). Pacing is the session's business (section 3.2).
package enum StatusQuery: Hashable, Sendable {
  case getVersion
  case pushAll
  case startPushing

  /// The JSON for `device/<serial>/request`.
  package func payload(sequence: UInt32) -> [UInt8] {
    let (group, command): (StaticString, String) =
      switch self {
      case .getVersion: ("info", "get_version")
      case .pushAll: ("pushing", "pushall")
      case .startPushing: ("pushing", "start")
      }
    var json = JSONWriter(reserving: 96)
    json.beginObject()
    json.key(group)
    json.beginObject()
    json.key("sequence_id")
    json.write(String(sequence))
    json.key("command")
    json.write(command)
    if self == .pushAll {
      json.key("version")
      json.write(1)
      json.key("push_target")
      json.write(1)
    }
    json.endObject()
    json.endObject()
    return json.bytes
  }
}
