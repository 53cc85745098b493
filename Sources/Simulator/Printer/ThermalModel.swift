import Glibc

/// A heated part by two simple curves: it heats at a steady rate that fades near the target, and cools towards its
/// surroundings exponentially.
struct ThermalModel: Hashable, Sendable {
  /// °C.
  var current: Double
  /// °C; 0 is off.
  var target: Double
  /// °C a second when far from the target.
  let heatingRate: Double
  /// Seconds to lose about two thirds of the way to ambient.
  let coolingTime: Double

  static let ambient = 24.0

  static let nozzle = ThermalModel(current: 26, target: 0, heatingRate: 4.5, coolingTime: 180)
  static let bed = ThermalModel(current: 25, target: 0, heatingRate: 0.6, coolingTime: 900)
  static let chamber = ThermalModel(current: 25, target: 0, heatingRate: 0.03, coolingTime: 1800)

  /// - Parameter surroundings: °C, what an unheated part drifts to.
  mutating func advance(by seconds: Double, surroundings: Double = ambient) {
    if target > current {
      let gap = target - current
      current += min(gap, max(heatingRate * min(1, gap / 10), heatingRate / 10) * seconds)
    } else {
      let floor = max(target, surroundings)
      current = floor + (current - floor) * exp(-seconds / coolingTime)
    }
  }

  var isAtTarget: Bool { target == 0 || current >= target - 1.5 }
}
