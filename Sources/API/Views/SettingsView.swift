import Service
package import Wire

/// The settings by their dotted names: their values, or all that there is to say of them.
package struct SettingsView: WireValue {
  let settings: Settings
  let hasDetails: Bool

  package static let schema = Schema.map(.anything)

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    for name in SettingName.allCases {
      json.key(text: name.rawValue)
      if hasDetails { writeDetails(of: name, to: &json) } else { json.write(settings[name]) }
    }
    json.endObject()
  }

  private func writeDetails(of name: SettingName, to json: inout JSONWriter) {
    json.beginObject()
    json.key("value")
    json.write(settings[name])
    json.key("type")
    json.write(name.kind.typeName)
    json.key("range")
    switch name.kind {
    case .integer(let range):
      json.beginArray()
      json.write(range.lowerBound)
      json.write(range.upperBound)
      json.endArray()
    case .choice(let words): words.write(to: &json)
    case .flag, .texts: json.null()
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
