import Model

/// Plain G-code: its front and its end are read, not what is between.
struct PlainGcode {
  let header: GcodeHeader

  init(_ file: borrowing InputFile, _ limits: PrintFileLimits) throws(PrintFileError) {
    var header = GcodeHeader()
    let front = min(file.size, limits.headerBytes)
    try Self.read(file, 0..<front) { header.feed($0) }
    let end = max(front, file.size - limits.headerBytes)
    if end > front {
      // Neither the line that is cut here nor the one that begins before the end's first byte is whole.
      header.endLine()
      var isInside = false
      try Self.read(file, end..<file.size) { (bytes) in
        if isInside {
          header.feed(bytes)
        } else if let mark = bytes.firstIndex(of: UInt8(ascii: "\n")) {
          isInside = true
          header.feed(bytes[(mark + 1)...])
        }
      }
    } else if front < file.size {
      try Self.read(file, front..<file.size) { header.feed($0) }
    }
    header.endLine()
    self.header = header
  }

  static func read(
    _ file: borrowing InputFile, _ range: Range<Int>, _ take: ([UInt8]) -> Void
  ) throws(PrintFileError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let bytes = try file.bytes(at: offset, count: min(64 << 10, range.upperBound - offset))
      guard !bytes.isEmpty else { return }
      take(bytes)
      offset += bytes.count
    }
  }

  static func picture(_ file: borrowing InputFile, _ limits: PrintFileLimits) throws(PrintFileError) -> Picture? {
    var thumbnail = GcodeThumbnail(limit: limits.pictureBytes)
    try read(file, 0..<min(file.size, limits.headerBytes)) { thumbnail.feed($0) }
    return thumbnail.largest.flatMap(Picture.init)
  }

  var facts: PrintFileFacts {
    var facts = PrintFileFacts(kind: .gcode)
    facts.slicer = header.slicer
    facts.printerModelName = header.printerModelName
    facts.printerModel = header.printerModelName.flatMap { PrinterModel(code: $0) ?? PrinterModel(name: $0) }
    facts.nozzleDiameters = header.nozzleDiameters
    facts.layerHeight = header.layerHeight
    facts.bedType = header.bedType
    facts.nozzleTemperature = header.nozzleTemperature
    facts.bedTemperature = header.bedTemperature
    facts.settings = header.settings
    var plate = PrintPlate(index: 1)
    plate.hasGcode = true
    plate.fill(from: header)
    facts.filaments = plate.filaments
    facts.plates = [plate]
    return facts
  }
}

extension PrintPlate {
  /// Takes from the header of its G-code what nothing better has said.
  mutating func fill(from header: GcodeHeader) {
    seconds = seconds ?? header.seconds
    layers = layers ?? header.layers ?? header.layersByHeight
    layerHeight = layerHeight ?? header.layerHeight
    bedType = bedType ?? header.bedType
    if filaments.isEmpty {
      let count = min(64, max(header.grams.count, header.metres.count))
      filaments = (0..<count).map { place in
        PlateFilament(
          id: place + 1, type: header.types.indices.contains(place) ? header.types[place] : nil,
          color: header.colors.indices.contains(place) ? header.colors[place] : nil,
          grams: header.grams.indices.contains(place) ? header.grams[place] : nil,
          metres: header.metres.indices.contains(place) ? header.metres[place] : nil)
      }
    }
    sumUp()
    if grams == nil, !header.grams.isEmpty { grams = header.grams.reduce(0, +) }
    if metres == nil, !header.metres.isEmpty { metres = header.metres.reduce(0, +) }
    if nozzleDiameters.isEmpty { nozzleDiameters = header.nozzleDiameters }
  }

  /// Weight and length from the filaments, where the plate does not say them.
  mutating func sumUp() {
    let weights = filaments.compactMap(\.grams)
    if grams == nil, !weights.isEmpty { grams = weights.reduce(0, +) }
    let lengths = filaments.compactMap(\.metres)
    if metres == nil, !lengths.isEmpty { metres = lengths.reduce(0, +) }
  }
}
