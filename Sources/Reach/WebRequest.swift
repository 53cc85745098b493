package import Model

/// One request over HTTP or HTTPS.
package struct WebRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  package enum Authentication: Sendable {
    /// What stands in the address, by Basic; nothing without it.
    case ofAddress
    case basic(user: String, password: Secret)
    /// By RFC 7616; goes out only in answer to a challenge.
    case digest(user: String, password: Secret)
    case bearer(Secret)
  }

  package var method: Method
  package var address: WebAddress
  /// Sent wherever redirects lead.
  package var headers: [(name: String, value: String)] = []
  /// Sent to the address's own host only.
  package var secretHeaders: [(name: String, value: Secret)] = []
  package var authentication = Authentication.ofAddress
  package var body = WebBody.none
  /// The body holds a secret: a redirect to another host ends the request.
  package var bodyIsSecret = false
  package var bounds = WebBounds()
  /// Told of the bytes of the body that have gone out so far, on the request's thread; it must be quick.
  package var sent: (@Sendable (Int64) -> Void)?
  /// Takes the body of a successful answer piece by piece, whatever its length, on the request's thread; false ends it, and
  /// the answer is cut. The body of the answer stays empty then.
  package var take: (@Sendable (UnsafeRawBufferPointer) -> Bool)?

  package init(_ method: Method, _ address: WebAddress) {
    self.method = method
    self.address = address
  }
}

/// How long a request may take, and how much may come back.
package struct WebBounds: Hashable, Sendable {
  /// For all of it, redirects and the look-up of the name included.
  package var deadline: Duration
  package var connect: Duration
  /// Bytes of the answer's body that are kept; what is longer is cut off there.
  package var bodyBytes: Int
  /// Bytes of the answer's headers, redirects included; more is an error.
  package var headerBytes: Int
  /// Redirects that are followed, at most (contract, section 5).
  package static let redirects = 3

  package init(
    deadline: Duration = .seconds(30), connect: Duration = .seconds(10), bodyBytes: Int = 64 * 1024,
    headerBytes: Int = 32 * 1024
  ) {
    self.deadline = deadline
    self.connect = connect
    self.bodyBytes = bodyBytes
    self.headerBytes = headerBytes
  }
}

/// What came back. A status is no error here: what it means is the caller's to know.
package struct WebAnswer: Hashable, Sendable {
  package var status: Int
  /// In the order in which they came; names in lower case.
  package var headers: [WebHeader]
  package var body: [UInt8]
  /// The body was longer than the bound; this is its beginning.
  package var isCut: Bool

  package init(status: Int, headers: [WebHeader] = [], body: [UInt8] = [], isCut: Bool = false) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isCut = isCut
  }

  package var isSuccess: Bool { (200..<300).contains(status) }

  /// The first value of a header; the name in lower case.
  package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

package struct WebHeader: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
