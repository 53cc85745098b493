import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Rules
package import Service

/// `/metrics`, for Prometheus (contract, section 5, "Updates, system").
package struct MetricsRoutes: Sendable {
  private static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  private let system: SystemReporter

  package init(system: SystemReporter) { self.system = system }

  package var operations: [Operation] {
    [
      Operation(
        .get, "/metrics", aliases: ["/metrics"], id: "get_metrics", topic: .system,
        summary: "Figures for Prometheus",
        details: "In its text format. What a printer does not report has no sample.", access: .permission(.read),
        rate: .read, answer: .document("text/plain")
      ) { call in
        let text = await system.metrics(sees: call.caller.sees)
        return .reply(
          HTTPReply(
            status: 200, headers: ["Content-Type": Self.mediaType, "Cache-Control": "no-store"],
            body: .bytes(ByteBuffer(string: text))))
      }
    ]
  }
}
