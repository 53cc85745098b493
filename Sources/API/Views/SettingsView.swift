import Service
import Wire

/// The settings by their dotted names: their values, or all that there is to say of them.
package struct SettingsView: WireObject {
  let settings: Settings
  let hasDetails: Bool

  package static let name = "Settings"
  package static let schema = Schema.either([.reference(name), .map(SettingDetail.schema)])
  package static let fields: [ObjectField<SettingsView>] = SettingName.allCases.map { setting in
    ObjectField(named: setting.rawValue, setting.note, schema: setting.kind.schema, example: setting.standard) {
      (view, json) in
      if view.hasDetails {
        SettingDetail(setting, view.settings).write(to: &json)
      } else {
        json.write(view.settings[setting])
      }
    }
  }
}

/// What there is to say of a setting.
private struct SettingDetail {
  static let schema = Schema.object([
    .init("value", .anything, isRequired: true),
    .init("type", .choice(["boolean", "integer", "number", "string", "array"]), isRequired: true),
    .init("range", .anything, isRequired: true), .init("default", .anything, isRequired: true),
    .init("description", .string, isRequired: true), .init("pinned", .boolean, isRequired: true),
  ])

  private let name: SettingName
  private let settings: Settings

  init(_ name: SettingName, _ settings: Settings) {
    self.name = name
    self.settings = settings
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("value")
    json.write(settings[name])
    json.key("type")
    json.write(name.kind.typeName)
    json.key("range")
    switch name.kind {
    case .integer(let range): json.write([.int(range.lowerBound), .int(range.upperBound)])
    case .number(let range): json.write([.double(range.lowerBound), .double(range.upperBound)])
    case .choice(let words): json.write(.array(words.map { .string($0) }))
    case .integers(let range, _): json.write([.int(range.lowerBound), .int(range.upperBound)])
    case .flag, .text, .texts: json.null()
    }
    json.key("default")
    json.write(name.standard)
    json.key("description")
    json.write(name.note)
    json.key("pinned")
    json.write(settings.isPinned(name))
    json.endObject()
  }
}

extension SettingKind {
  var schema: Schema {
    switch self {
    case .flag: .boolean
    case .integer(let range): .integer(range)
    case .number(let range): .number(range)
    case .text(_, let format, let pattern, let fits):
      .string(length: (fits("") ? 0 : 1)...SettingKind.longestText, format: format, pattern: pattern)
    case .choice(let words): .choice(words)
    case .integers(let range, let most): .array(.integer(range), maximum: most)
    case .texts(_, let format, _):
      .array(.string(length: 1...SettingKind.longestText, format: format), maximum: SettingKind.longestList)
    }
  }
}
