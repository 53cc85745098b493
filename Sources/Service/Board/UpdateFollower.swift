/// Hears that an update of the service goes on, and that it is over, with or without success. The board's lights show it
/// meanwhile, so that nobody takes the power away: whoever installs updates tells it to what the house gives as
/// `Bench.desk`.
package protocol UpdateFollower: Sendable {
  func setUpdating(_ isUpdating: Bool) async
}

extension BoardDesk: UpdateFollower {}
