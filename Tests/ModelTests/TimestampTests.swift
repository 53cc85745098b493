import Model
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2024-01-15T14:30:00Z", 1_705_329_000), ("2024-02-29T23:59:59Z", 1_709_251_199),
    ("1969-12-31T23:59:59Z", -1), ("2100-03-01T00:00:00Z", 4_107_542_400),
  ]) func readsAndWritesTheSameMoment(text: String, seconds: Int64) {
    #expect(Timestamp(iso8601: text) == Timestamp(seconds: seconds))
    #expect(Timestamp(seconds: seconds).description == text)
  }

  @Test func writesWhatComesAfterTheYear9999() {
    #expect(Timestamp(iso8601: "9999-12-31T23:59:59-01:00")?.description == "10000-01-01T00:59:59Z")
  }

  @Test func takesOffsetsAndFractions() {
    #expect(Timestamp(iso8601: "2024-01-15T15:30:00.25+01:00") == Timestamp(milliseconds: 1_705_329_000_250))
    #expect(Timestamp(iso8601: "2024-01-15T09:00:00-0530") == Timestamp(seconds: 1_705_329_000))
  }

  @Test(arguments: [
    "", "2024-01-15", "2024-01-15T14:30:00", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-15T24:00:00Z",
    "2024-01-15T14:30:00Zx", "2024-01-15T14:30:00.Z", "24-01-15T14:30:00Z", "2024-01-15T14:30:00+25:00",
  ]) func refusesWhatHasNoOneMeaning(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }
}
