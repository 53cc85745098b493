package import Loop

/// A loop that ends with its test.
package func withLoop<Result>(
  lookup: @escaping NameResolver.Lookup = NameResolver.system, _ body: (PollLoop) async throws -> Result
) async throws -> Result {
  let loop = try PollLoop(name: "test", lookup: lookup)
  defer { loop.shutdown() }
  return try await body(loop)
}
