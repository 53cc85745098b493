import FoundationEssentials

/// The checkout that these tests belong to, read once for all rules.
struct Repository {
  /// One file: its path from the root with `/`, its size in bytes, and whether its owner may execute it.
  struct File {
    let path: String
    let size: Int
    let isExecutable: Bool
    fileprivate let location: String

    /// The content as text, or nil where the bytes are not UTF-8.
    func text() -> String? {
      FileManager.default.contents(atPath: location).flatMap { String(validating: $0, as: UTF8.self) }
    }
  }

  let files: [File]

  /// Build output and version control are no part of the repository.
  private static let skipped: Set<String> = [".git", ".build", ".build-fuzz", ".swiftpm", ".cache", "data"]

  init(testFile: String = #filePath) throws {
    let root = testFile.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    var files: [File] = []
    for top in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
      if Self.skipped.contains(top) || top.hasPrefix(".build") { continue }
      try Self.collect(root: root, path: top, into: &files)
    }
    self.files = files
  }

  private static func collect(root: String, path: String, into files: inout [File]) throws {
    let location = root + "/" + path
    let attributes = try FileManager.default.attributesOfItem(atPath: location)
    if attributes[.type] as? FileAttributeType == .typeDirectory {
      for name in try FileManager.default.contentsOfDirectory(atPath: location).sorted() {
        try collect(root: root, path: path + "/" + name, into: &files)
      }
      return
    }
    files.append(
      File(
        path: path, size: attributes[.size] as? Int ?? 0,
        isExecutable: FileManager.default.isExecutableFile(atPath: location), location: location))
  }

  /// The texts of all Swift files below `folder`, by path.
  func swiftTexts(below folder: String) -> [(path: String, text: String)] {
    files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(".swift") }
      .compactMap { file in file.text().map { (file.path, $0) } }
  }

  func text(of path: String) throws -> String {
    struct Missing: Error { let path: String }
    guard let text = files.first(where: { $0.path == path })?.text() else { throw Missing(path: path) }
    return text
  }
}
