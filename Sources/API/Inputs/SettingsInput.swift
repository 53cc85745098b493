import Model
import Service
import Wire

/// The body of `PUT` and `PATCH /settings`: any part of the settings by their names; null goes back to the default.
struct ChangeSettings: WireInput {
  let values: [SettingName: JSONValue?]

  static let name = "ChangeSettings"
  /// An unknown name is refused here, as a mistyped setting would else be silently without effect.
  static let rule: [String: JSONValue] = ["additionalProperties": false]
  static let fields: [DeclaredInput] = SettingName.allCases.map { setting in
    .clearable(
      InputField<JSONValue>(
        setting.rawValue, setting.kind.schema, setting.note,
        example: setting.kind.isSecret ? ["set": true] : setting.standard
      ) {
        (json) throws(InvalidValue) in json
      })
  }

  init(_ reader: inout InputReader) throws(Fault) {
    var values: [SettingName: JSONValue?] = [:]
    for (name, json) in (reader.body.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let setting = SettingName(rawValue: name) else {
        reader.refuse(Settings.unknown(quotedName(name)))
        continue
      }
      // What reading shows, and "", keep a secret (contract, section 3).
      if setting.kind.isSecret, json == "" || json["set"]?.bool != nil { continue }
      if json == .null {
        values.updateValue(JSONValue?.none, forKey: setting)
      } else if let taken = setting.kind.taken(json) {
        values.updateValue(taken, forKey: setting)
      } else {
        reader.refuse(InvalidValue(name, setting.expectation))
      }
    }
    self.values = values
  }
}

/// A name that somebody sent, short enough for a sentence.
private func quotedName(_ name: String) -> String { String(name.unicodeScalars.prefix(60).map { Character($0) }) }
