import Model
import Wire

/// Who somebody is to the service.
package struct IdentityView: WireObject {
  let caller: Caller
  let isFirstPassword: Bool

  package static let name = "Identity"
  package static let fields: [ObjectField<IdentityView>] = [
    ObjectField(
      "kind", "`session`, `key`, or `open` where no key is needed (`auth.mode`).",
      schema: .choice(["session", "key", "open"])
    ) {
      $0.kind
    },
    ObjectField(
      "name", "The key's name, `owner` for a signed-in person; null where nobody said.", example: "Kitchen tablet"
    ) {
      $0.name
    },
    ObjectField("permissions", "What may be done.") { $0.caller.permissions.sorted() },
    ObjectField("first_password", "The password is still the one that the first start made: change it.") {
      $0.isFirstPassword
    },
  ]

  private var kind: String {
    switch caller.kind {
    case .session: "session"
    case .key: "key"
    case .open, .nobody: "open"
    }
  }

  private var name: String? {
    switch caller.kind {
    case .session: "owner"
    case .key(_, let name): name
    case .open, .nobody: nil
    }
  }
}

/// The answer to a log-out.
package struct SignedOutView: WireObject {
  package static let name = "SignedOut"
  package static let fields: [ObjectField<SignedOutView>] = [
    ObjectField("signed_out", "Always true.") { _ in true }
  ]
}
