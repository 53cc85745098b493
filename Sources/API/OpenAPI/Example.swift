import Wire

/// Writes what declared things look like: by their own example, else by what their schema tells.
struct Example {
  let catalogue: ObjectCatalogue

  /// A moment that stands for all.
  static let time: JSONValue = "2024-01-15T14:30:00Z"

  /// - Returns: false when nobody can know, and null was written: a number or a text without example.
  @discardableResult
  func write(_ schema: Schema, own: JSONValue? = nil, to json: inout JSONWriter) -> Bool {
    if let own {
      json.write(own)
      return true
    }
    switch schema {
    case .boolean: json.write(true)
    case .integer(let range?): json.write(range.lowerBound)
    case .number(let range?): json.write(range.lowerBound)
    case .string(_, "date-time"?, _): json.write(Self.time)
    case .choice(let words) where !words.isEmpty: json.write(words[0])
    case .word(let word): json.write(word)
    case .nullable(let wrapped): return write(wrapped, to: &json)
    case .either(let schemas) where !schemas.isEmpty: return write(schemas[0], to: &json)
    case .array(let element, _, _):
      json.beginArray()
      defer { json.endArray() }
      return write(element, to: &json)
    case .object(let members):
      json.beginObject()
      defer { json.endObject() }
      var isKnown = true
      for member in members {
        json.key(text: member.name)
        isKnown = write(member.schema, to: &json) && isKnown
      }
      return isKnown
    case .reference(let name):
      guard let object = catalogue.objects[name] else { return unknown(&json) }
      return write(object, to: &json)
    case .integer(nil), .number(nil), .string, .choice, .either, .map, .anything: return unknown(&json)
    }
    return true
  }

  /// In the order of its members.
  @discardableResult
  func write(_ object: DescribedObject, to json: inout JSONWriter) -> Bool {
    json.beginObject()
    defer { json.endObject() }
    var isKnown = true
    for member in object.members {
      if let whole = object.example?.object {
        guard let value = whole[member.name] else { continue }
        json.key(text: member.name)
        json.write(value)
      } else {
        json.key(text: member.name)
        isKnown = write(member.schema, own: member.example, to: &json) && isKnown
      }
    }
    return isKnown
  }

  private func unknown(_ json: inout JSONWriter) -> Bool {
    json.null()
    return false
  }
}
