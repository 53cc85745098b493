/// What the database holds of a print.
struct KeptPrint: Sendable {
  var id: String?
  var name: String?
  var startedAt: Int64?
  var followedAt: Int64
  var endedAt: Int64?
  var outcome: String?
}

/// What a WebSocket told of a print.
struct ToldPrint: Hashable, Sendable {
  var name: String
  /// `started`, `success`, `stopped` or `failed`.
  var status: String
}

/// Holds what ran against what was kept and told.
struct PrintVerdict {
  private(set) var complaints: [String] = []
  private(set) var figures = ""

  init(prints: [RanPrint], records: [KeptPrint], told: [ToldPrint]) {
    let kept = Dictionary(grouping: records, by: { $0.id ?? "" })
    var absent = 0
    for print in prints {
      let found = kept[print.id] ?? []
      let label = "print \(print.id) (\(print.ordeal), \(print.ending.rawValue))"
      if found.count > 1 { complaints.append("\(label) has \(found.count) records") }
      if found.isEmpty {
        absent += 1
        if print.wasShown { complaints.append("\(label) was shown and has no record") }
      }
      if print.ordeal == .undisturbed, found.first?.outcome != print.ending.rawValue {
        complaints.append("\(label) is kept as \(found.first?.outcome ?? "nothing")")
      }
    }
    let ids = Set(prints.map(\.id))
    for record in records {
      let label = "the record of \(record.id ?? "a print without number")"
      if !ids.contains(record.id ?? "") { complaints.append("\(label) is of no print") }
      guard let endedAt = record.endedAt, record.outcome != nil else {
        complaints.append("\(label) has no end")
        continue
      }
      if endedAt < record.followedAt { complaints.append("\(label) ends before it begins") }
      if let startedAt = record.startedAt, startedAt != record.followedAt {
        complaints.append("\(label) has two beginnings")
      }
    }
    // The same file twice in a row has one name, so it may be told twice.
    let allowed = Dictionary(prints.map { ($0.name, 1) }, uniquingKeysWith: +)
    for (name, tales) in Dictionary(grouping: told, by: \.name) {
      let starts = tales.count { $0.status == "started" }
      let most = allowed[name] ?? 0
      if starts > most { complaints.append("\(name) was told to start \(starts) times") }
      if tales.count - starts > most { complaints.append("\(name) was told to end \(tales.count - starts) times") }
    }
    let outcomes = Dictionary(grouping: records, by: { $0.outcome ?? "open" }).mapValues(\.count)
    let unseen = prints.count { $0.ordeal == .unseen }
    figures =
      "\(prints.count) ran, \(records.count) records ("
      + outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      + "), \(records.count { $0.startedAt == nil }) first seen while they ran, "
      + "\(absent) without a record (\(unseen) began and ended unseen by plan), "
      + "\(told.count { $0.status == "started" }) starts and \(told.count { $0.status != "started" }) ends told"
  }
}
