import Wire

/// JSON with four spaces of indentation, as printers write it (a slicer of the maker's refuses compact reports).
enum PrettyJSON {
  static func bytes(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(32 << 10)
    write(value, indent: 0, to: &output)
    output.append(0x0A)
    return output
  }

  private static func write(_ value: JSONValue, indent: Int, to output: inout [UInt8]) {
    switch value {
    case .array(let elements) where !elements.isEmpty:
      list(elements, open: "[", close: "]", indent: indent, to: &output) { element, output in
        write(element, indent: indent + 4, to: &output)
      }
    case .object(let members) where !members.isEmpty:
      let sorted = members.sorted { $0.key < $1.key }
      list(sorted, open: "{", close: "}", indent: indent, to: &output) { member, output in
        var writer = JSONWriter()
        writer.write(member.key)
        output += writer.bytes
        output += Array(": ".utf8)
        write(member.value, indent: indent + 4, to: &output)
      }
    default:
      var writer = JSONWriter(reserving: 32)
      writer.write(value)
      output += writer.bytes
    }
  }

  private static func list<Element>(
    _ elements: [Element], open: String, close: String, indent: Int, to output: inout [UInt8],
    _ body: (Element, inout [UInt8]) -> Void
  ) {
    output += Array(open.utf8)
    for (index, element) in elements.enumerated() {
      output.append(contentsOf: index == 0 ? "\n".utf8 : ",\n".utf8)
      output.append(contentsOf: repeatElement(0x20, count: indent + 4))
      body(element, &output)
    }
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: indent))
    output += Array(close.utf8)
  }
}
