import COpenSSL
import TLS
import TestKit

/// A TLS client and server in memory, moved on until both are done or one has given up.
struct Handshake {
  /// Plain text that the server could read.
  var bytesSeenByServer = 0
  var isEstablished = false
  var version = ""
  var cipher = ""

  init(
    client context: TLSClientContext, leaf: TestCertificate, sends intermediates: [TestCertificate] = [],
    version: Int32, serverSuites: String? = nil
  ) throws {
    guard let serverContext = SSL_CTX_new(TLS_server_method()) else { throw TestKitError("no server") }
    defer { SSL_CTX_free(serverContext) }
    SSL_CTX_ctrl(serverContext, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
    SSL_CTX_ctrl(serverContext, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
    if let serverSuites { SSL_CTX_set_cipher_list(serverContext, serverSuites) }
    SSL_CTX_use_certificate(serverContext, leaf.certificate)
    SSL_CTX_use_PrivateKey(serverContext, leaf.key)
    for one in intermediates {
      X509_up_ref(one.certificate)
      SSL_CTX_ctrl(serverContext, SSL_CTRL_EXTRA_CHAIN_CERT, 0, UnsafeMutableRawPointer(one.certificate))
    }
    guard let client = SSL_new(context.pointer), let server = SSL_new(serverContext) else {
      throw TestKitError("no session")
    }
    defer {
      SSL_free(client)
      SSL_free(server)
    }
    var near: OpaquePointer?
    var far: OpaquePointer?
    guard BIO_new_bio_pair(&near, 65_536, &far, 65_536) == 1 else { throw TestKitError("no pipe") }
    SSL_set_bio(client, near, near)
    SSL_set_bio(server, far, far)
    SSL_set_connect_state(client)
    SSL_set_accept_state(server)
    let secret = Array("the access code".utf8)
    var buffer = [UInt8](repeating: 0, count: 1024)
    var hasWritten = false
    for _ in 0..<20 {
      // As libmosquitto does: it writes as soon as writing is possible.
      if !hasWritten { hasWritten = SSL_write(client, secret, Int32(secret.count)) > 0 }
      let count = SSL_read(server, &buffer, Int32(buffer.count))
      if count > 0 { bytesSeenByServer += Int(count) }
    }
    isEstablished = hasWritten
    self.version = String(cString: SSL_get_version(client))
    cipher = SSL_get_current_cipher(client).map { String(cString: SSL_CIPHER_get_name($0)) } ?? ""
    ERR_clear_error()
  }
}
