/// Every place that somebody is promised: by the early reference (S0), the later one (S1), or the contract itself (C).
enum AskedFor {
  struct Place: Hashable {
    let method: String
    let path: String
  }

  /// One line a place: sources, method, path below `/api/v1`.
  private static let operations = """
    S0 S1 GET /printers
    S0 S1 POST /printers
    S0 S1 GET /printers/{id}
    S0 PUT /printers/{id}
    S1 PATCH /printers/{id}
    S0 S1 DELETE /printers/{id}
    S0 POST /printers/{id}/connect
    S0 POST /printers/{id}/disconnect
    S1 GET /printers/{id}/status
    S1 POST /printers/{id}/refresh-status
    C GET /printers/discover
    C POST /printers/{id}/trust
    C POST /printers/{id}/pause
    C POST /printers/{id}/resume
    C POST /printers/{id}/stop
    C POST /printers/{id}/light
    C POST /printers/{id}/speed
    C POST /printers/{id}/temperature
    C POST /printers/{id}/fan
    C POST /printers/{id}/airduct
    C POST /printers/{id}/extruder
    C POST /printers/{id}/home
    C POST /printers/{id}/jog
    C POST /printers/{id}/ams/load
    C POST /printers/{id}/ams/unload
    C POST /printers/{id}/ams/control
    C POST /printers/{id}/ams/{unit}/trays/{tray}
    C POST /printers/{id}/ams/{unit}/trays/{tray}/read
    C POST /printers/{id}/ams/{unit}/drying
    C GET /printers/{id}/files
    C POST /printers/{id}/files
    C DELETE /printers/{id}/files
    C GET /printers/{id}/files/content
    S1 GET /printers/{id}/camera/stream
    S1 GET /printers/{id}/camera/snapshot
    S1 POST /printers/{id}/camera/stop
    C GET /printers/{id}/camera
    C GET /printers/{id}/timelapses
    C GET /timelapses/{id}
    C DELETE /timelapses/{id}
    S0 S1 GET /archives
    C POST /archives
    S1 GET /archives/export
    C POST /archives/import
    S0 S1 GET /archives/{id}
    S1 PATCH /archives/{id}
    C PUT /archives/{id}
    S0 S1 DELETE /archives/{id}
    C POST /archives/{id}/undelete
    S1 GET /archives/{id}/3mf
    S0 GET /archives/{id}/download
    S0 POST /archives/{id}/reprint
    C GET /archives/{id}/photos
    S0 POST /archives/{id}/photos
    C GET /archives/{id}/photos/{photo}
    C DELETE /archives/{id}/photos/{photo}
    C GET /archives/{id}/thumbnail
    C GET /archives/{id}/plates
    C GET /archives/{id}/duplicates
    S1 GET /projects
    S1 POST /projects
    S1 GET /projects/{id}
    S1 PATCH /projects/{id}
    C PUT /projects/{id}
    S1 DELETE /projects/{id}
    S0 S1 GET /queue
    S0 S1 POST /queue
    S0 GET /queue/{id}
    C PATCH /queue/{id}
    S0 S1 DELETE /queue/{id}
    S0 PUT /queue/{id}/reorder
    S1 POST /queue/reorder
    S0 POST /queue/{id}/cancel
    C POST /queue/{id}/start
    C POST /queue/pause
    C POST /queue/resume
    S1 GET /statistics
    S1 GET /statistics/export
    S0 GET /smart-plugs
    S0 POST /smart-plugs
    S0 GET /smart-plugs/{id}
    S0 PUT /smart-plugs/{id}
    C PATCH /smart-plugs/{id}
    S0 DELETE /smart-plugs/{id}
    S0 POST /smart-plugs/{id}/on
    S0 POST /smart-plugs/{id}/off
    C POST /smart-plugs/{id}/toggle
    S0 GET /smart-plugs/{id}/status
    C GET /board
    C GET /board/leds
    C PUT /board/leds/{name}
    C GET /board/relays
    C GET /board/buttons
    C POST /board/buttons/{name}
    C POST /board/identify
    C POST /board/reboot
    C POST /board/shutdown
    S0 GET /notifications/providers
    S0 POST /notifications/providers
    S0 PUT /notifications/providers/{id}
    C PATCH /notifications/providers/{id}
    S0 DELETE /notifications/providers/{id}
    S0 POST /notifications/providers/{id}/test
    S0 GET /notifications/templates
    S0 PUT /notifications/templates/{event}
    C PATCH /notifications/templates/{event}
    C GET /notifications/history
    S0 GET /settings
    S0 PUT /settings
    C PATCH /settings
    S0 GET /settings/filaments
    S0 POST /settings/filaments
    C PATCH /settings/filaments/{id}
    C DELETE /settings/filaments/{id}
    S0 GET /maintenance/types
    S0 POST /maintenance/types
    C PATCH /maintenance/types/{id}
    C DELETE /maintenance/types/{id}
    S0 GET /maintenance/status
    S0 POST /maintenance/log
    C GET /maintenance/log
    S0 GET /cloud/profiles
    S0 GET /cloud/profiles/{id}
    S0 POST /cloud/sync
    S0 POST /cloud/templates
    C POST /cloud/login
    C POST /cloud/logout
    C GET /cloud/status
    C GET /cloud/devices
    C GET /cloud/tasks
    C POST /cloud/uploads
    C GET /cloud/uploads/{id}
    S0 GET /updates/check
    S0 POST /updates/apply
    S0 GET /updates/status
    C GET /api-keys
    C POST /api-keys
    C PATCH /api-keys/{id}
    C DELETE /api-keys/{id}
    C POST /auth/login
    C POST /auth/logout
    C PUT /auth/password
    C GET /auth/me
    C POST /pairing
    C GET /pairing/{id}
    S1 GET /system/info
    C POST /system/backup
    C POST /system/restore
    C GET /system/support-bundle
    C GET /system/logs
    S1 GET /health
    C GET /metrics
    C GET /openapi.json
    S0 GET /ws
    """

  /// The same, from the root of the service.
  private static let atRoot = """
    C GET /health
    C GET /metrics
    C GET /openapi.json
    S0 GET /docs
    S0 GET /redoc
    C GET /
    """

  static let all: [(sources: [String], place: Place)] =
    read(operations, base: "/api/v1") + read(atRoot, base: "")

  private static func read(_ text: String, base: String) -> [(sources: [String], place: Place)] {
    text.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      return (Array(words.dropLast(2)), Place(method: words[words.count - 2], path: base + words[words.count - 1]))
    }
  }
}
