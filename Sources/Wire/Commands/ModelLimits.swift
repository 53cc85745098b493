package import Model

/// What a model can take (protocol sheet, sections 1.1 and 3.8). The sheet gives ranges; each model has the lower end of
/// what is said of it, so that no request can ask for more than the machine is built for.
package struct ModelLimits: Hashable, Sendable {
  package let model: PrinterModel

  package init(_ model: PrinterModel) { self.model = model }

  /// °C.
  package var nozzleMaximum: Int {
    switch model {
    case .x1e: 320
    case .h2s, .h2d, .h2dPro, .h2c: 350
    default: 300
    }
  }

  /// °C.
  package var bedMaximum: Int {
    switch model {
    case .a1Mini: 80
    case .p1p, .p1s, .a1, .a2l: 100
    case .p2s: 110
    case .x1c, .x1, .x1e, .x2d, .h2s, .h2d, .h2dPro, .h2c: 120
    }
  }

  /// °C; nil without a heater for the chamber.
  package var chamberMaximum: Int? {
    guard model.hasChamberHeater else { return nil }
    return model == .x1e ? 60 : 65
  }

  package var airductModes: [AirductMode] {
    switch model.series {
    case .p2, .x2: [.cooling, .heating]
    case .h2: [.cooling, .heating, .laser]
    case .x1, .p1, .a1: []
    }
  }

  package var fans: [Fan] {
    guard model.hasChamberFans else { return [.part] }
    return model == .p2s || model == .x2d ? Fan.allCases : [.part, .aux, .chamber]
  }

  package func checkNozzle(_ value: Int, field: String) throws(InvalidValue) {
    try check(value, in: 0...nozzleMaximum, field: field)
  }

  package func checkBed(_ value: Int, field: String) throws(InvalidValue) {
    try check(value, in: 0...bedMaximum, field: field)
  }

  package func checkChamber(_ value: Int, field: String) throws(InvalidValue) {
    guard let chamberMaximum else {
      throw InvalidValue(field, "cannot be set: the \(model.displayName) has no chamber heater")
    }
    try check(value, in: 0...chamberMaximum, field: field)
  }

  package func checkFan(_ fan: Fan, percent: Int, field: String) throws(InvalidValue) {
    guard fans.contains(fan) else {
      throw InvalidValue(field, "cannot be set: the \(model.displayName) has no such fan")
    }
    guard (0...100).contains(percent) else { throw InvalidValue(field, "must be 0 to 100 per cent") }
  }

  /// - Parameter index: 0 is the right or only one, 1 the left.
  package func checkExtruder(_ index: Int, field: String) throws(InvalidValue) {
    guard (0..<model.nozzleCount).contains(index) else {
      guard model.nozzleCount == 1 else { throw InvalidValue(field, "must be 0 or 1") }
      throw InvalidValue(
        field,
        field == "nozzle_2"
          ? "cannot be set: the \(model.displayName) has one nozzle"
          : "must be 0: the \(model.displayName) has one nozzle"
      )
    }
  }

  private func check(_ value: Int, in range: ClosedRange<Int>, field: String) throws(InvalidValue) {
    guard range.contains(value) else {
      throw InvalidValue(field, "must be \(range.lowerBound) to \(range.upperBound) °C on the \(model.displayName)")
    }
  }
}

package enum Fan: String, Sendable, CaseIterable {
  case part, aux, chamber
  case leftAux = "left_aux"

  /// The fan's number in `M106 P…`.
  var number: Int {
    switch self {
    case .part: 1
    case .aux: 2
    case .chamber: 3
    case .leftAux: 10
    }
  }
}

package enum AirductMode: Int, Sendable, CaseIterable {
  case cooling = 0
  case heating = 1
  case laser = 2

  package var name: String {
    switch self {
    case .cooling: "cooling"
    case .heating: "heating"
    case .laser: "laser"
    }
  }
}
