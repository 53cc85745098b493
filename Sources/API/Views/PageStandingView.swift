import Wire

/// What the page needs to know before it asks for anything.
struct PageStandingView: WireObject {
  let isKnown: Bool

  static let name = "PageStanding"
  static let fields: [ObjectField<PageStandingView>] = [
    ObjectField(
      "known", "The service answers this browser: somebody is signed in, or nobody needs to be.", example: true
    ) {
      $0.isKnown
    }
  ]
}
