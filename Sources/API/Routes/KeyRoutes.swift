import Rules
import Model
package import Service
import Store

/// `/api-keys` (contract, section 3).
package struct KeyRoutes: Sendable {
  private let keys: KeyRing

  package init(keys: KeyRing) { self.keys = keys }

  private static let id = Parameter<KeyID>.id(
    "id", "The key's number.", missing: .notFound, noun: "API key"
  ) { KeyID(rawValue: $0) }

  package var operations: [Operation] {
    [
      .list(
        "/api-keys", id: "list_api_keys", topic: .keys, summary: "List API keys", access: .permission(.admin)
      ) { _ in try await keys.all().map(KeyView.init) },
      .get(
        "/api-keys/{id}", id: "get_api_key", topic: .keys, summary: "Get an API key", access: .permission(.admin),
        parameters: [Self.id.declared], errors: [.notFound]
      ) { call in KeyView(key: try await keys.get(try call.path(Self.id))) },
      .create(
        "/api-keys", id: "create_api_key", topic: .keys, summary: "Make an API key",
        details: "The key is in this answer and nowhere else.", access: .permission(.admin), takes: CreateKey.self
      ) { _, input in
        let made = try await keys.create(
          KeyGrant(
            name: input.keyName, permissions: input.permissions, printerIDs: input.printerIDs,
            expiresAt: input.expiresAt))
        return (NewKeyView(record: made.record, key: made.key), made.record.id.rawValue)
      },
      change(.patch, id: "update_api_key"),
      change(.put, id: "replace_api_key_fields"),
      .action(
        .delete, "/api-keys/{id}", id: "delete_api_key", topic: .keys, summary: "Delete an API key",
        access: .permission(.admin), rate: .write, parameters: [Self.id.declared], errors: [.notFound]
      ) { call in
        let id = try call.path(Self.id)
        try await keys.delete(id)
        return DeletedView(id: id.rawValue)
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/api-keys/{id}", id: id, topic: .keys, summary: "Change an API key",
      details: "The fields that are sent change; the others stay as they are.", access: .permission(.admin),
      rate: .write, parameters: [Self.id.declared], takes: ChangeKey.self, errors: [.notFound]
    ) { call, input in
      let id = try call.path(Self.id)
      return KeyView(key: try await keys.update(id, input.applied(to: try await keys.get(id))))
    }
  }
}
