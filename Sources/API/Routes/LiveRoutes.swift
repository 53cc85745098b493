import Rules
import HTTPServer
import Model

/// `/ws`: everything as it happens (contract, section 6).
package struct LiveRoutes: Sendable {
  private let feed: LiveFeed

  package init(feed: LiveFeed) { self.feed = feed }

  package var operations: [Operation] {
    [
      Operation(
        .get, "/ws", id: "open_live_events", topic: .live, summary: "Live events over a WebSocket",
        details: """
          Messages are {"type","printer_id","payload"}. On connect one printer_state for every printer. A browser may \
          give the key as ?api_key=.
          """,
        access: .permission(.read), rate: .read, answer: .webSocket
      ) { call in
        var options = WebSocketOptions()
        options.oversized = .report
        let feed = feed
        let caller = call.caller
        return .reply(
          HTTPReply(status: 101, body: .webSocket(options) { connection in await feed.serve(connection, for: caller) }))
      }
    ]
  }
}
