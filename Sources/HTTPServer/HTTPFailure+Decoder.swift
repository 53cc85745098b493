import NIOCore
import NIOHTTP1

extension HTTPFailure {
  /// What an error of NIO's decoder means for the client; nil when there is no client to tell.
  init?(decoderError error: any Error, gate: ConnectionGate) {
    guard let error = error as? HTTPParserError else { return nil }
    switch error {
    case .headerOverflow:
      self = gate.sawRequestLine ? .headersTooLarge : .targetTooLong
    case .invalidVersion where gate.hasBareLineFeed:
      self = .malformed("its lines do not end with CR LF")
    case .invalidVersion, .paused:
      // "Paused" is what the decoder makes of the preface of HTTP/2.
      self = .version
    case .invalidMethod:
      self = gate.beganWithLetter ? .notImplemented("The method") : .malformed("it is not HTTP")
    case .invalidURL: self = .malformed("its target is not valid")
    case .invalidHeaderToken: self = .malformed("a header field is not valid")
    case .invalidContentLength: self = .malformed("its length is not valid")
    case .unexpectedContentLength: self = .malformed("it has both a length and a transfer coding")
    case .invalidChunkSize: self = .malformed("a chunk size is not valid")
    case .invalidEOFState: self = .malformed("it ends too early")
    case .lfExpected, .invalidConstant, .strictModeAssertion: self = .malformed("its framing is not valid")
    default: self = .malformed("it is not valid HTTP")
    }
  }
}
