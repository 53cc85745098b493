/// The end records of a ZIP, judged before libzip reads them: it trusts their counts and asks for memory by them.
enum ZipEnd {
  /// Of the plain record, of the pointer before it, and of the record for large files that this points to.
  private static let endBytes = 22
  private static let locatorBytes = 20
  private static let largeBytes = 56

  /// Every place at the end that looks like an end record is judged, since libzip tries them all.
  /// - Throws: `damaged` where there is none, `hostile` where one promises more than the limits.
  static func check(_ file: borrowing InputFile, _ limits: PrintFileLimits) throws(PrintFileError) {
    // A comment of at most 65,535 bytes may follow the record.
    let start = max(0, file.size - 65_535 - endBytes - locatorBytes)
    let tail = try file.bytes(at: start, count: file.size - start)
    var isFound = false
    var position = tail.count - endBytes
    while position >= 0 {
      defer { position -= 1 }
      guard tail[position] == 0x50, tail.little(position, 4) == 0x0605_4B50 else { continue }
      isFound = true
      let isLarge = position >= locatorBytes && tail.little(position - locatorBytes, 4) == 0x0706_4B50
      var entries = tail.little(position + 10, 2)
      var bytes = tail.little(position + 12, 4)
      var offset = tail.little(position + 16, 4)
      if isLarge {
        guard let place = Int(exactly: tail.little(position - locatorBytes + 8, 8)), place <= file.size - largeBytes
        else { continue }
        let record = try file.bytes(at: place, count: largeBytes)
        guard record.count == largeBytes, record.little(0, 4) == 0x0606_4B50 else { continue }
        entries = record.little(32, 8)
        bytes = record.little(40, 8)
        offset = record.little(48, 8)
      }
      // What does not fit before the record is refused by libzip before it asks for memory.
      let (end, isTooFar) = offset.addingReportingOverflow(bytes)
      guard !isTooFar, end <= UInt64(start + position) else { continue }
      guard entries <= UInt64(limits.entries), bytes <= UInt64(limits.directoryBytes) else {
        throw .hostile("The file has more than \(limits.entries) members.")
      }
    }
    guard isFound else { throw .damaged("The file is cut short: the list of its members is missing.") }
  }
}

extension [UInt8] {
  /// The number in `count` bytes from `place` on, lowest first.
  func little(_ place: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (place..<(place + count)).reversed() { value = value << 8 | UInt64(self[index]) }
    return value
  }
}
