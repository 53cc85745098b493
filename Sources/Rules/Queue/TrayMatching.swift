package import Model

/// Chooses the trays for a print by material and colour, or checks those that a person chose (contract, section 5,
/// "Queue": "AMS mapping by material and colour with the reason where none fits").
package struct TrayMatching: Sendable {
  /// How far apart two colours may be to count as one, as a distance in RGB of 0 to 441: makers' and slicers' names for
  /// one colour differ, and red is not orange. Within it two filaments may share a spool.
  static let colorTolerance = 60.0

  private let demand: PrintDemand
  private let report: PrinterReport
  private let trays: [LoadedTray]

  package init(_ demand: PrintDemand, on report: PrinterReport) {
    self.demand = demand
    self.report = report
    trays = LoadedTray.all(of: report)
  }

  /// - Parameters:
  ///   - mapping: what a person chose; nil or empty to choose by itself.
  ///   - usesAMS: false takes everything from the external spool.
  package func plan(mapping: [Int]?, usesAMS: Bool?) throws(TrayMisfit) -> TrayPlan {
    if demand.isPlainGcode { return TrayPlan(mapping: [], usesAMS: usesAMS) }
    if let mapping, !mapping.isEmpty {
      try Self.checkForm(mapping, demand)
      return try checked(mapping, usesAMS: usesAMS)
    }
    if demand.filaments.isEmpty { return TrayPlan(mapping: [], usesAMS: usesAMS) }
    if usesAMS == false { return try external() }
    guard !report.ams.isEmpty else {
      guard usesAMS != true else { throw TrayMisfit(.loaded, "The printer has no AMS.") }
      return try external()
    }
    return try matched()
  }

  /// What can be said of a mapping before anybody knows the printer: whether it names every filament.
  package static func checkForm(_ mapping: [Int], _ demand: PrintDemand) throws(TrayMisfit) {
    let needed = (demand.filaments.map(\.index).max() ?? -1) + 1
    guard mapping.count >= needed else {
      throw TrayMisfit(
        .mapping,
        "must have an entry for each filament of the file: \(max(needed, demand.filamentCount)), not \(mapping.count)")
    }
  }

  // MARK: What a person chose

  private func checked(_ mapping: [Int], usesAMS: Bool?) throws(TrayMisfit) -> TrayPlan {
    var plan = TrayPlan(mapping: mapping, usesAMS: usesAMS)
    for filament in demand.filaments {
      let number = mapping[filament.index]
      guard number >= 0 else {
        plan.mapping[filament.index] = spool(for: filament)
        continue
      }
      guard let tray = trays.first(where: { $0.number == number % 64 && $0.unit.id == 16 || $0.number == number })
      else {
        throw TrayMisfit(.loaded, "The printer has no tray \(number).")
      }
      guard tray.tray.isPresent else { throw TrayMisfit(.loaded, "Tray \(number) is empty (\(tray.words)).") }
      if let nozzle = filament.nozzle, report.nozzles.count > 1, let fed = tray.unit.extruder, fed != nozzle {
        throw TrayMisfit(
          .loaded,
          "Tray \(number) feeds the \(side(fed)) nozzle, and filament \(filament.index + 1) is for the \(side(nozzle))."
        )
      }
    }
    plan.usesAMS = usesAMS ?? demand.filaments.contains { mapping[$0.index] >= 0 }
    return plan
  }

  // MARK: Without an AMS

  private func external() throws(TrayMisfit) -> TrayPlan {
    var mapping = Array(repeating: -1, count: length)
    for nozzle in Set(demand.filaments.map { isDual ? $0.nozzle ?? 0 : 0 }).sorted() {
      let wanted = demand.filaments.filter { !isDual || ($0.nozzle ?? 0) == nozzle }
      guard wanted.count == 1, let filament = wanted.first else {
        throw TrayMisfit(
          .loaded, "The print takes \(wanted.count) filaments, and without an AMS there is one spool.")
      }
      mapping[filament.index] = spool(for: filament)
      let spool =
        isDual ? report.externalSpools.first { $0.id == mapping[filament.index] } : report.externalSpools.first
      if let type = spool?.type, !type.isEmpty, !filament.type.isEmpty, !isSameMaterial(type, filament.type) {
        throw TrayMisfit(.loaded, "The print takes \(filament.type), and the external spool holds \(type).")
      }
    }
    return TrayPlan(mapping: mapping, usesAMS: false)
  }

  private var isDual: Bool { report.nozzles.count > 1 }

  /// The external spool for it: 254 is the left or only one, 255 the right one (protocol sheet, section 3.5).
  private func spool(for filament: PrintDemand.Filament) -> Int { isDual && filament.nozzle != 1 ? 255 : 254 }

  // MARK: By material and colour

  private struct Pair {
    var filament: PrintDemand.Filament
    var tray: LoadedTray
    var distance: Double
    var isSameProduct: Bool

    var isSameColor: Bool { distance <= TrayMatching.colorTolerance }
  }

  private func matched() throws(TrayMisfit) -> TrayPlan {
    var pairs: [Pair] = []
    for filament in demand.filaments {
      let fitting = trays.compactMap { pair(filament, $0) }
      if let outside = outside(filament, beside: fitting) { return outside }
      guard !fitting.isEmpty else { throw TrayMisfit(.loaded, reason(filament)) }
      pairs += fitting
    }
    var mapping = Array(repeating: -1, count: length)
    var open = Set(demand.filaments.map(\.index))
    var taken: Set<Int> = []
    let best = pairs.sorted { left, right in
      (left.distance, left.isSameProduct ? 0 : 1, left.filament.index, left.tray.number)
        < (right.distance, right.isSameProduct ? 0 : 1, right.filament.index, right.tray.number)
    }
    // First each filament from a spool of its own; two of one colour may share what is left.
    for pair in best where open.contains(pair.filament.index) && !taken.contains(pair.tray.number) {
      mapping[pair.filament.index] = pair.tray.number
      open.remove(pair.filament.index)
      taken.insert(pair.tray.number)
    }
    for pair in best where open.contains(pair.filament.index) && pair.isSameColor {
      mapping[pair.filament.index] = pair.tray.number
      open.remove(pair.filament.index)
    }
    if let left = demand.filaments.first(where: { open.contains($0.index) }) { throw TrayMisfit(.loaded, reason(left)) }
    return TrayPlan(mapping: mapping, usesAMS: true)
  }

  private func pair(_ filament: PrintDemand.Filament, _ tray: LoadedTray) -> Pair? {
    guard isReachable(tray, for: filament), tray.tray.isPresent, let type = tray.tray.type,
      isSameMaterial(type, filament.type)
    else { return nil }
    var distance = 0.0
    if let wanted = filament.color, let there = tray.tray.color {
      // What is no colour is as far from every other as can be.
      distance = Self.distance(wanted, there) ?? 442
    }
    return Pair(
      filament: filament, tray: tray, distance: distance,
      isSameProduct: filament.filamentID != nil && filament.filamentID == tray.tray.filamentID)
  }

  private func isReachable(_ tray: LoadedTray, for filament: PrintDemand.Filament) -> Bool {
    guard report.nozzles.count > 1, let nozzle = filament.nozzle, let fed = tray.unit.extruder else { return true }
    return fed == nozzle
  }

  /// A single filament may also hang outside: where no tray holds its material, or none its colour and that spool does.
  private func outside(_ filament: PrintDemand.Filament, beside fitting: [Pair]) -> TrayPlan? {
    guard demand.filaments.count == 1, !fitting.contains(where: \.isSameColor),
      let spool = report.externalSpools.first(where: { !isDual || $0.id == self.spool(for: filament) }),
      let type = spool.type, !type.isEmpty, isSameMaterial(type, filament.type)
    else { return nil }
    if !fitting.isEmpty, let wanted = filament.color, let there = spool.color {
      guard Self.distance(wanted, there).map({ $0 <= Self.colorTolerance }) ?? false else { return nil }
    }
    var mapping = Array(repeating: -1, count: length)
    mapping[filament.index] = self.spool(for: filament)
    return TrayPlan(mapping: mapping, usesAMS: false)
  }

  private func reason(_ filament: PrintDemand.Filament) -> String {
    let wanted = "\(filament.type)\(filament.color.map { " #\($0)" } ?? "")"
    let isSided = report.nozzles.count > 1 && filament.nozzle != nil
    let place = isSided ? " for the \(side(filament.nozzle ?? 0)) nozzle" : ""
    let there = trays.filter { isReachable($0, for: filament) }.map(\.words)
    let list = there.isEmpty ? "no tray feeds it" : there.joined(separator: ", ")
    return "No tray has filament \(filament.index + 1), \(wanted)\(place): \(list)."
  }

  private var length: Int { max(demand.filamentCount, (demand.filaments.map(\.index).max() ?? -1) + 1) }

  private func side(_ nozzle: Int) -> String { nozzle == 1 ? "left" : "right" }

  /// A file that does not name its material takes any.
  private func isSameMaterial(_ there: String, _ wanted: String) -> Bool {
    wanted.isEmpty || there.lowercased() == wanted.lowercased()
  }

  /// 0 to 441; nil where one of them is no colour.
  static func distance(_ left: String, _ right: String) -> Double? {
    guard let left = components(left), let right = components(right) else { return nil }
    return zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private static func components(_ text: String) -> [Double]? {
    guard text.utf8.count == 6 || text.utf8.count == 8, let number = UInt64(text, radix: 16) else { return nil }
    let rgb = text.utf8.count == 8 ? number >> 8 : number
    return [rgb >> 16, rgb >> 8, rgb].map { Double($0 & 0xFF) }
  }
}
