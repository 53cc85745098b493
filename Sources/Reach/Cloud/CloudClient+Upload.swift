package import Model
package import Wire

/// The three steps of an upload (S2, "Upload Flow").
extension CloudClient {
  /// Bytes a second below which a file takes too long.
  private static let slowest: Int64 = 32 << 10

  /// Step 1.
  package func requestUpload(
    name: String, bytes: Int64, _ access: Access
  ) async throws(CloudProblem) -> CloudUploadTicket {
    var order = Order(.post, Self.path(access.base.api, "/v1/iot-service/api/user/upload"), token: access.token)
    order.body = ["name": .string(name), "size": .int(bytes)]
    let ticket = try CloudUploadTicket(try await ask(order))
    guard access.base.mayUpload(to: ticket.address) else {
      throw CloudProblem(.badResponse, "The cloud gives an upload_url that is not https://.")
    }
    return ticket
  }

  /// Step 2: the file alone, without the token.
  /// - Parameter sent: told of the bytes that have gone out so far.
  package func send(
    _ path: String, bytes: Int64, sha256: [UInt8], to ticket: CloudUploadTicket,
    sent: @escaping @Sendable (Int64) -> Void
  ) async throws(CloudProblem) {
    var request = WebRequest(.put, ticket.address)
    request.body = .file(path: path, type: "application/octet-stream")
    request.bounds = WebBounds(deadline: .seconds(60 + bytes / Self.slowest), bodyBytes: 4096)
    request.sent = sent
    let answer = try await perform(request)
    guard answer.isSuccess else {
      throw CloudProblem(
        answer.status < 500 ? .badRequest : .badResponse, "The file server answered HTTP \(answer.status).")
    }
    // What stores of this kind say of the file as it arrived.
    if let said = answer["x-amz-checksum-sha256"], Base64.decode(said.utf8) != sha256 {
      throw CloudProblem(.checksumMismatch)
    }
  }

  /// Step 3.
  package func confirmUpload(_ fileID: String, _ access: Access) async throws(CloudProblem) {
    var order = Order(
      .post, Self.path(access.base.api, "/v1/iot-service/api/user/upload/confirm"), token: access.token)
    order.body = ["file_id": .string(fileID)]
    _ = try await ask(order)
  }
}
