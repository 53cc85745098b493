import Model

/// One line of LIST: `-rw-r--r--    1 1000     1000     20481337 Mar 02  2025 name with spaces.mp4`.
struct ListLine {
  private let kind: UInt8
  private let size: Int64
  private let month: Int
  private let day: Int
  /// `2025`, or `07:15`.
  private let yearOrTime: ArraySlice<UInt8>
  private let name: ArraySlice<UInt8>

  /// Nil for a line that stands for no file or folder.
  init?(_ line: ArraySlice<UInt8>) throws(StorageListingError) {
    guard let first = line.first, !line.starts(with: "total ".utf8) else { return nil }
    guard "-dlbcps".utf8.contains(first) else { throw .notUnderstood }
    var fields: [ArraySlice<UInt8>] = []
    var rest = line
    // Permissions, links, owner, group, size, month, day, time or year.
    while fields.count < 8 {
      rest = rest.drop { $0 == 0x20 }
      let field = rest.prefix { $0 != 0x20 }
      guard !field.isEmpty else { throw .notUnderstood }
      fields.append(field)
      rest = rest[field.endIndex...]
    }
    // One blank ends the last field; more belong to the name.
    name = rest.dropFirst()
    guard first == 0x2D || first == 0x64 else { return nil }
    guard let size = Self.number(fields[4], digits: 18), fields[0].count >= 10, !name.isEmpty,
      let month = Self.month(fields[5]), let day = Self.number(fields[6], digits: 2)
    else { throw .notUnderstood }
    kind = first
    self.size = size
    self.month = month
    self.day = Int(day)
    yearOrTime = fields[7]
  }

  func entry(in folder: StoragePath, now: Timestamp) throws(StorageListingError) -> StorageEntry? {
    guard !StorageListing.isDots(name) else { return nil }
    let path = try StorageListing.path(of: name, in: folder)
    return StorageEntry(
      name: path.name, path: path, size: size, modified: moment(near: now), isDirectory: kind == 0x64)
  }

  private func moment(near now: Timestamp) -> Timestamp? {
    guard let colon = yearOrTime.firstIndex(of: 0x3A) else {
      return Self.number(yearOrTime, digits: 4).flatMap { Timestamp(year: Int($0), month: month, day: day) }
    }
    guard let hour = Self.number(yearOrTime[..<colon], digits: 2),
      let minute = Self.number(yearOrTime[(colon + 1)...], digits: 2)
    else { return nil }
    // The year that puts the date within about 190 days of now (protocol sheet, section 4).
    let year = now.year
    let candidates = [year, year - 1, year + 1].compactMap {
      Timestamp(year: $0, month: month, day: day, hour: Int(hour), minute: Int(minute))
    }
    let nearest = candidates.min { abs($0.seconds(since: now)) < abs($1.seconds(since: now)) }
    return nearest.flatMap { abs($0.seconds(since: now)) <= 190 * 86_400 ? $0 : nil }
  }

  private static func number(_ digits: ArraySlice<UInt8>, digits limit: Int) -> Int64? {
    guard (1...limit).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private static func month(_ name: ArraySlice<UInt8>) -> Int? {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    let lower = name.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    return names.firstIndex { $0.utf8.elementsEqual(lower) }.map { $0 + 1 }
  }
}
