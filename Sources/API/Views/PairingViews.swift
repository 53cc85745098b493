import Model
import Rules
import Service
import Wire

/// The answer to a request to pair.
package struct PairingView: WireObject {
  let opened: PairingDesk.Opened

  package static let name = "Pairing"
  package static let fields: [ObjectField<PairingView>] = [
    ObjectField("id", "Asks how it stands; whoever has it gets the key.", example: "3q2-7wABAgMEBQYHCAkKCw") {
      $0.opened.id.exposed
    },
    ObjectField("blinks", "How often the board's lights blink, 2 to 6: show it to the person.", schema: .integer(2...6))
    { $0.opened.blinks },
    ObjectField("expires_at", "When the window closes.") { $0.opened.expiresAt },
  ]
}

/// How a request to pair stands.
package struct PairingStandingView: WireObject {
  let standing: PairingDesk.Standing

  package static let name = "PairingState"
  package static let fields: [ObjectField<PairingStandingView>] = [
    ObjectField("state", "Where the request stands.") { $0.standing.state },
    ObjectField("key", "The key, in the first answer after it was granted and never again; else null.", example: .null)
    {
      $0.standing.key?.exposed
    },
  ]
}

extension PairingWindow.State: WireChoice {}
