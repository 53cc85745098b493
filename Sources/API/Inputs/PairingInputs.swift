import Model
import Wire

/// The body of `POST /pairing`.
struct RequestPairing: WireInput {
  private static let requester = InputField<String>.text(
    "name", length: 1...100, "Who asks: what the key will be called.", example: "Kitchen tablet")

  let requester: String

  static let name = "RequestPairing"
  static let fields: [DeclaredInput] = [.required(requester)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let requester = reader.required(Self.requester) else { throw reader.fault }
    self.requester = requester
  }
}
