package import Model
package import Store

/// A plug as it stands now.
package struct PlugStanding: Hashable, Sendable {
  package var record: SmartPlugRecord
  package var state: PlugState
  /// It answered when it was asked last; nil where it has not been asked yet.
  package var isReachable: Bool?
  package var reading: PlugReading?
  /// What it is about to do by itself, or what is wrong; nil where nothing is.
  package var reason: String?

  package var id: PlugID { record.id }

  /// Whether nobody need be told of the difference: a power that trembles by less than a watt is none.
  func isAlike(_ other: PlugStanding) -> Bool {
    func watts(_ standing: PlugStanding) -> Int? { standing.reading?.power.map { Int($0.rounded()) } }
    return state == other.state && isReachable == other.isReachable && reason == other.reason
      && watts(self) == watts(other) && record.plug.printerID == other.record.plug.printerID
      && record.plug.name == other.record.plug.name && record.plug.isEnabled == other.record.plug.isEnabled
  }
}
