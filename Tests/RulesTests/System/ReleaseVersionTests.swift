import Rules
import Testing

/// Versions as https://semver.org/spec/v2.0.0.html has them.
@Suite struct ReleaseVersionTests {
  @Test func theyStandInTheOrderOfTheSpecification() throws {
    // The specification's own row (section 11), and numbers that are no texts.
    let rising = [
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
      "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0",
    ]
    let versions = try rising.map { try #require(ReleaseVersion($0)) }
    #expect(versions == versions.sorted() && versions.reversed().sorted() == versions)
    #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 && !($1 < $0) })
    #expect(ReleaseVersion("1.0.0+a") == ReleaseVersion("1.0.0+b"))
  }

  @Test(
    "What is no version is none",
    arguments: [
      "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-", "1.2.3-a..b", "1.2.3-01", "1.2.3+", "v1.2.3", " 1.2.3",
      "1.2.-3", "1.2.1000000000000000000", "1.2.3-ä", "1.2.3\n",
    ])
  func none(text: String) { #expect(ReleaseVersion(text) == nil) }
}
