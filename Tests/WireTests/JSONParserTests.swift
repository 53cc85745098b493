import Testing
import Wire

@Suite struct JSONParserTests {
  private func parse(_ text: String, values: Int = 1000, tolerance: JSONParser.Tolerance = .strict) throws -> JSONValue
  {
    let limits = JSONParser.Limits(bytes: 1 << 20, depth: 64, values: values)
    return try JSONParser.parse(Array(text.utf8), limits: limits, tolerance: tolerance)
  }

  @Test("Values of every kind are read")
  func kinds() throws {
    let value = try parse(" {\"a\":[1,-2.5,true,false,null,\"x\"],\"b\":{},\"c\":[] } \n")
    #expect(value == ["a": [1, -2.5, true, false, nil, "x"], "b": [:], "c": []])
  }

  @Test(
    "Integers stay integers up to 64 bits, and become doubles beyond",
    arguments: [
      ("0", JSONValue.int(0)), ("-0", .int(0)), ("9223372036854775807", .int(.max)),
      ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
      ("1e2", .double(100)), ("1.5E-1", .double(0.15)), ("1e-999", .double(0)),
    ])
  func numbers(_ text: String, _ value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test("Escapes and surrogate pairs become characters")
  func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\té😀""#) == .string("\"\\/\u{8}\u{C}\n\r\té😀"))
    #expect(try parse(#""\u00e9\ud83d\ude00""#) == "é😀")
    #expect(try parse(#""\ud83d""#) == "\u{FFFD}")
    #expect(try parse(#""\ud83dA""#) == "\u{FFFD}A")
    #expect(try parse(#""\ude00\ud83d""#) == "\u{FFFD}\u{FFFD}")
  }

  @Test("Broken UTF-8 is repaired")
  func brokenUTF8() throws {
    let limits = JSONParser.Limits(bytes: 100)
    #expect(try JSONParser.parse([0x22, 0x61, 0xFF, 0x62, 0x22], limits: limits) == "a\u{FFFD}b")
    #expect(try JSONParser.parse([0x22, 0xC3, 0x5C, 0x6E, 0x22], limits: limits) == "\u{FFFD}\n")
  }

  @Test("Where every text must arrive as it was sent, broken UTF-8 and halves of surrogate pairs are refused")
  func exactTexts() throws {
    func refusal(_ bytes: [UInt8]) -> JSONError.Reason? {
      do throws(JSONError) {
        _ = try JSONParser.parse(bytes, limits: JSONParser.Limits(bytes: 100), tolerance: .exact)
        return nil
      } catch {
        return error.reason
      }
    }
    for broken in [[0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xC3, 0x5C, 0x6E]] as [[UInt8]] {
      #expect(refusal([0x22, 0x61] + broken + [0x22]) == .encoding, "\(broken)")
      #expect(refusal([0x7B, 0x22] + broken + [0x22, 0x3A, 0x31, 0x7D]) == .encoding, "a name of \(broken)")
    }
    for half in [#""\ud83d""#, #""\ud83dA""#, #""\ude00\ud83d""#, #""\ud83d\u0041""#] {
      #expect(refusal(Array(half.utf8)) == .surrogate, "\(half)")
    }
    #expect(try parse(#""é😀\u00e9\ud83d\ude00\ufffd""#, tolerance: .exact) == "é😀é😀\u{FFFD}")
  }

  @Test(
    "What is no JSON is refused, with the place",
    arguments: [
      ("", JSONError.Reason.truncated), ("{", .truncated), ("[1,", .truncated), ("\"a", .truncated),
      ("{\"a\"}", .unexpected), ("{a:1}", .unexpected), ("[1 2]", .unexpected), ("[1,]", .unexpected),
      ("{\"a\":1,}", .unexpected), ("tru", .truncated), ("nul", .truncated), ("01", .number), ("1.", .number),
      ("-", .number), ("1e", .number), ("1e999", .number), ("1 1", .trailing), ("{}{}", .trailing),
      ("\"\\x\"", .escape), ("\"\\u12G4\"", .escape), ("\"\n\"", .unexpected), ("nan", .unexpected),
      ("Infinity", .unexpected), ("+1", .unexpected),
    ])
  func refused(_ text: String, _ reason: JSONError.Reason) {
    let error = #expect(throws: JSONError.self) { _ = try parse(text) }
    #expect(error?.reason == reason)
  }

  @Test("A key that comes twice has its last value")
  func duplicates() throws {
    #expect(try parse("{\"a\":1,\"a\":2}") == ["a": 2])
  }

  @Test("Size, depth and the number of values are limited")
  func limits() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { _ = try parse(deep) }
    #expect(throws: JSONError.self) { _ = try parse("[\(deep)]") }
    #expect(throws: JSONError.self) { _ = try parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: Never.self) { _ = try parse("[1,2,3]", values: 4) }
    let many = #expect(throws: JSONError.self) { _ = try parse("[1,2,3]", values: 3) }
    #expect(many?.reason == .tooLarge)
    let large = #expect(throws: JSONError.self) {
      _ = try JSONParser.parse(Array("[1,2]".utf8), limits: JSONParser.Limits(bytes: 4))
    }
    #expect(large?.reason == .tooLarge)
  }

  @Test("For firmware, numbers that are none are null and texts may hold anything")
  func firmware() throws {
    #expect(try parse("[nan,-inf,Infinity,1e999,null,2]", tolerance: .firmware) == [nil, nil, nil, nil, nil, 2])
    #expect(try parse("\"a\tb\\x\\u1G\"", tolerance: .firmware) == "a\tb\\x\u{FFFD}G")
    #expect(throws: JSONError.self) { _ = try parse("[1,", tolerance: .firmware) }
    #expect(throws: JSONError.self) { _ = try parse("nope", tolerance: .firmware) }
  }

  @Test("What the writer writes, the parser reads")
  func roundTrip() throws {
    let value: JSONValue = ["a": [1, -2.5, true, nil, "\u{1}\"\\é😀\n"], "b": ["c": [:]]]
    var writer = JSONWriter()
    writer.write(value)
    #expect(try JSONParser.parse(writer.bytes, limits: JSONParser.Limits(bytes: 1000)) == value)
  }
}
