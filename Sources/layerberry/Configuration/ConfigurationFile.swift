import INI

/// A configuration file: `key = value` lines in sections, as the config.txt of the board has them.
struct ConfigurationFile {
  typealias Entry = INIDocument.Entry

  let path: String
  let entries: [Entry]

  init(path: String) throws(ConfigurationFailure) {
    self.path = path
    let text: String
    do throws(INIFileProblem) {
      text = try INIFile.text(of: path)
    } catch {
      throw ConfigurationFailure(place: path, problem: error.problem)
    }
    entries = try Self.parse(text, path: path)
  }

  /// Reads text rather than a file.
  static func parse(_ text: String, path: String) throws(ConfigurationFailure) -> [Entry] {
    do throws(INIProblem) {
      return try INIDocument(text).entries
    } catch {
      throw ConfigurationFailure(place: "\(path), line \(error.line)", problem: error.problem)
    }
  }
}
