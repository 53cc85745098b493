import NIOCore
import NIOHTTP1

/// One request and its answer on a connection.
struct Exchange {
  let id: Int
  let checked: CheckedHead
  let head: HTTPRequestHead
  /// Body bytes that came before the application was asked.
  var early = ByteBuffer()
  /// What is still to come of a body of known length.
  var bodyRemaining: Int
  var body: RequestBodyStream?
  var inputEnded = false
  var isDispatched = false
  /// 100 (Continue) is still owed to the client, should the body be wanted.
  var owesContinue: Bool
  var task: Task<Void, Never>?

  /// The head of the answer is out: nothing else can be said on this connection but its rest.
  var isAnswered = false
  var closesAfter = false
  /// The answer is out, the rest of the request is being thrown away.
  var isDraining = false
  var drained = 0
  var streaming: Streaming?
  /// The place among those who look at a broadcast.
  var seat: BroadcastSeat?

  struct Streaming {
    /// Bytes still owed; nil when the length was not announced.
    var remaining: Int?
    /// Tasks that wait for room, each with one piece of its own written already.
    var writers: [CheckedContinuation<ResponseWriteError?, Never>] = []
  }

  init(id: Int, checked: CheckedHead, head: HTTPRequestHead) {
    self.id = id
    self.checked = checked
    self.head = head
    owesContinue = checked.expectsContinue
    if case .known(let length) = checked.bodyLength { bodyRemaining = length } else { bodyRemaining = 0 }
  }

  /// An answer without length ends with the connection only when nobody cares any more.
  var isEndlessStream: Bool {
    guard let streaming else { return seat != nil }
    return streaming.remaining == nil
  }
}
