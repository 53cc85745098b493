import COpenSSL
import Synchronization
import Wire

/// The three steps of an upload (S2, "Upload Flow").
extension StandInCloud {
  func ticket(_ request: CloudStandRequest) -> CloudStandReply {
    let id = state.withLock { state in
      state.lastUpload += 1
      return "upload-\(state.lastUpload)"
    }
    let address = JSONValue.string("\(url)/files/\(id)?signature=\(Self.random("signature"))")
    // S2's answer is bare; the real one says the number as well.
    return manner == .reference
      ? .json(["upload_url": address]) : whole(["upload_url": address, "file_id": .string(id)])
  }

  func take(_ request: CloudStandRequest, isOtherFile: Bool) -> CloudStandReply {
    guard request.headers["authorization"] == nil else { return complain("the token went to the file server") }
    guard request.headers["content-type"] == "application/octet-stream" else {
      return complain("a file without Content-Type: application/octet-stream")
    }
    guard request.query("signature") != nil else { return .code(403) }
    let body = isOtherFile ? [0] : request.body
    let id = String(request.path.dropFirst("/files/".utf8.count))
    state.withLock { $0.files[id] = body }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(body, body.count, &digest)
    return CloudStandReply(200, headers: [("x-amz-checksum-sha256", Base64.encode(digest))])
  }

  func confirm(_ request: CloudStandRequest) -> CloudStandReply {
    guard let id = request.json?["file_id"]?.string else { return complain("a confirmation without file_id") }
    let isThere = state.withLock { state in
      guard state.files[id] != nil else { return false }
      state.confirmed.append(id)
      return true
    }
    return isThere ? whole(["file_id": .string(id)]) : .code(1006)
  }
}
