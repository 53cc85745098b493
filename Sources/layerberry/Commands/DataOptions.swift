import ArgumentParser
import Glibc
import Model
import Service
import Store

/// Where a command finds the data: the same words as `serve` takes.
struct DataOptions: ParsableArguments {
  @Option(help: "The configuration file.") var config: String?
  @Option(help: "The data folder.") var data: String?

  func configuration() throws(ConfigurationFailure) -> Configuration {
    try Configuration(
      options: .init(file: config, values: data.map { [.data: $0] } ?? [:]), environment: Environment.all)
  }

  /// Lends the database, beside a running service or without one, and closes it again.
  func withDatabase<Value: Sendable>(_ body: @escaping @Sendable (Database) async throws -> Value) throws -> Value {
    let folder = try DataFolder.prepare(try configuration().data)
    let database = try Database.open(folder, role: .tool, now: SystemClock().now)
    return try waiting {
      let value = try await body(database)
      try await database.close()
      return value
    }
  }
}

/// The process's environment.
enum Environment {
  static var all: [String: String] {
    var found: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return found
  }
}

/// Runs an asynchronous body from a synchronous command.
func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
  let box = Waiting<Value>()
  Task { box.finish(await Result(awaiting: body)) }
  return try box.value()
}
