import Model
package import Service

/// `/health` and `/system`.
package struct SystemRoutes: Sendable {
  private let system: SystemReporter

  package init(system: SystemReporter) { self.system = system }

  package var operations: [Operation] {
    [
      Operation(
        .get, "/health", aliases: ["/health"], id: "get_health", topic: .system, summary: "Whether the service is well",
        details: "503 only when the database or the service is not well; an offline printer is not ill health.",
        access: .anyone, rate: nil, answer: .value(HealthView.self, alsoAt: [503])
      ) { _ in
        let health = await system.health()
        return .value(HealthView(health: health), status: health.isHealthy ? 200 : 503)
      },
      .get(
        "/system/info", id: "get_system_info", topic: .system, summary: "About the service and its board",
        access: .permission(.read)
      ) { call in SystemInfoView(info: await system.info(sees: call.caller.sees)) },
    ]
  }
}
