import ArgumentParser
import COpenSSL
import CSQLite
import CMosquitto
import Wire

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version, and what it is built on.")

  @Flag(help: "As JSON, for scripts.") var json = false

  func run() {
    guard json else {
      print("layerberry \(Version.text)")
      for library in Libraries.inUse { print("  \(library.name) \(library.version)") }
      return
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("version")
    writer.write(Version.text)
    writer.key("versions")
    writer.beginObject()
    for library in Libraries.inUse {
      writer.key(text: library.name)
      writer.write(library.version)
    }
    writer.endObject()
    writer.endObject()
    print(String(decoding: writer.bytes, as: UTF8.self))
  }
}

/// The system's libraries as they are loaded, which a bug report needs.
enum Libraries {
  static var inUse: [(name: String, version: String)] {
    var major: Int32 = 0
    var minor: Int32 = 0
    var revision: Int32 = 0
    mosquitto_lib_version(&major, &minor, &revision)
    return [
      ("sqlite", String(cString: sqlite3_libversion())),
      ("openssl", String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))),
      ("mosquitto", "\(major).\(minor).\(revision)"),
    ]
  }
}
