import Model
import Store
import Wire

/// An API key as the list shows it: everything but the key.
package struct KeyView: WireObject {
  let key: KeyRecord

  package static let name = "APIKey"
  package static let fields: [ObjectField<KeyView>] = [
    ObjectField("id", "The key's number.", example: 3) { $0.key.id.rawValue },
    ObjectField("name", "What it is for.", example: "Home Assistant") { $0.key.name },
    ObjectField("permissions", "What it may do.", example: ["read", "control"]) { $0.key.permissions.sorted() },
    ObjectField("printer_ids", "The printers that exist for it; null is all of them.", example: [1, 2]) {
      $0.key.printerIDs.map { ids in ids.sorted().map(\.rawValue) }
    },
    ObjectField("expires_at", "From then on it is refused; null is never.") { $0.key.expiresAt },
    ObjectField("last_used_at", "When it was used last, to ten minutes.") { $0.key.lastUsedAt },
    ObjectField("created_at", "When it was made.") { $0.key.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.key.updatedAt },
  ]
}

/// A new key: the only answer that holds the key itself.
package struct NewKeyView: WireObject {
  let record: KeyRecord
  let key: Secret

  package static let name = "NewAPIKey"
  package static let fields: [ObjectField<NewKeyView>] =
    [
      ObjectField(
        "key", "The key. It is shown here and never again: only its hash is stored.",
        example: "lb_Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0Z2FycGx5"
      ) { $0.key.exposed }
    ]
    + KeyView.fields.map { field in
      ObjectField(wrapping: field) { KeyView(key: $0.record) }
    }
}
