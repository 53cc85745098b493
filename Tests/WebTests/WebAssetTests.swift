import FoundationEssentials
import HTTPServer
import Testing

@testable import Web

/// What the program holds is what lies in Sources/Web/Page.
struct WebAssetTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sources/Web/Page"

  private static func names() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
      name.split(separator: "/").last?.contains(".") == true
    }
  }

  private func path(_ name: String) -> String { name == "index.html" ? "/" : "/assets/\(name)" }

  @Test("Every file of the folder is in the program, byte for byte")
  func nothingIsMissing() throws {
    let files = Dictionary(WebAssets.all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let names = try Self.names()
    #expect(!names.isEmpty)
    for name in names {
      let file = try #require(files[path(name)], "\(name) is not in Sources/CWebAssets/list.h")
      let content = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(name)"))
      #expect(Array(file.bytes.buffer) == Array(content), "\(name) has changed since it was built in")
    }
  }

  @Test("Every file has a type of its own, and no address twice")
  func typesAndAddresses() {
    let files = WebAssets.all
    #expect(Set(files.map(\.path)).count == files.count)
    for file in files { #expect(file.mediaType != "application/octet-stream", "\(file.path)") }
  }

  @Test("A checksum tells two files apart")
  func checksums() {
    let sums = WebAssets.all.map(\.bytes.checksum)
    #expect(Set(sums).count == sums.count)
  }

  @Test("No file of the page names an address outside of the service")
  func nothingFromOutside() throws {
    for name in try Self.names() {
      let content = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(name)"))
      let text = String(decoding: content, as: UTF8.self)
      // The name of SVG's vocabulary is no address that anybody asks.
      let rest = text.split(separator: "http://www.w3.org/2000/svg").joined()
      #expect(!rest.contains("http://") && !rest.contains("https://"), "\(name)")
      for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        #expect(!text.contains(word), "\(name) uses \(word)")
      }
    }
  }
}
