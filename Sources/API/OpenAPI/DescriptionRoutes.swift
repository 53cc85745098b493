import HTTPServer
import Model
import Rules
import Synchronization

/// The description of the API, served by the API itself (contract, section 7).
package struct DescriptionRoutes: Sendable {
  private let others: [Operation]
  private let version: String
  private let made: Made

  /// - Parameter others: all other operations.
  package init(describing others: [Operation], version: String) {
    self.others = others
    self.version = version
    made = Made()
  }

  package var operations: [Operation] { [operation] }

  /// The whole document, this operation included.
  package var document: OpenAPIDocument { OpenAPIDocument(operations: others + operations, version: version) }

  private var operation: Operation {
    Operation(
      .get, "/openapi.json", aliases: ["/openapi.json"], id: "get_openapi_document", topic: .system,
      summary: "This description", details: "OpenAPI 3.1, from the declarations that serve. It is never enveloped.",
      access: .anyone, rate: .read, answer: .document("application/json")
    ) { _ in .packed(try made.packed { document.bytes }) }
  }

  /// Made when somebody asks first, and kept packed only.
  private final class Made: Sendable {
    private let document = Mutex<PackedDocument?>(nil)

    func packed(_ make: () -> [UInt8]) throws(Fault) -> PackedDocument {
      let packed = document.withLock { document in
        if document == nil { document = PackedDocument(packing: make(), mediaType: "application/json") }
        return document
      }
      guard let packed else {
        throw Fault(.serviceUnavailable, "There is no memory for the description just now.", retryAfter: 10)
      }
      return packed
    }
  }
}
