import Wire

/// The answer to a delete.
package struct DeletedView: WireObject {
  let id: Int64

  package static let name = "Deleted"
  package static let fields: [ObjectField<DeletedView>] = [
    ObjectField("deleted", "Always true.") { _ in true },
    ObjectField("id", "What was deleted.", example: 1) { $0.id },
  ]
}

/// S1's answer to `refresh-status`.
package struct RefreshView: WireObject {
  package static let name = "RefreshRequested"
  package static let fields: [ObjectField<RefreshView>] = [
    ObjectField("status", "`refresh_requested`.", example: "refresh_requested") { _ in "refresh_requested" }
  ]
}

/// The answer to a command that a printer has acknowledged.
package struct AcknowledgedView: WireObject {
  package static let name = "Acknowledged"
  package static let fields: [ObjectField<AcknowledgedView>] = [
    ObjectField("result", "`acknowledged`.", example: "acknowledged") { _ in "acknowledged" }
  ]
}
