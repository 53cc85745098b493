import Model
import Testing

@Suite struct SerialNumberTests {
  @Test(arguments: ["00M00A3C0500101", "26A19A3C0500808"]) func acceptsTheMakersSerials(text: String) throws {
    #expect(try SerialNumber(text).text == text)
  }

  @Test(arguments: ["", "00M", "00m00a3c0500101", "00M00A3C05 00101", "00M00A3C0500101/../x", "ÄÖÜ00A3C0500101"])
  func refusesAnythingElse(text: String) {
    #expect(throws: InvalidValue.self) { try SerialNumber(text) }
  }
}
