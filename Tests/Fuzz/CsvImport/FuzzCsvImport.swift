import Export
import Model

/// Any bytes as an import. What is read and written again reads the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCsvImport(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let rows = read(bytes.dropFirst(), cutEvery: Int(bytes[0]) + 1) else { return 0 }
  let values = rows.map { row in table.columns.map { row[$0.name] } }
  let writer = CSVWriter(table)
  let again = read((writer.heading() + writer.rows(values))[...], cutEvery: count)
  precondition(again?.map { row in table.columns.map { row[$0.name] } } == values)
  return 0
}

// No decimals and dates: they are written shorter than they may be read.
private let table = ExportTable(
  name: "Fuzz", columns: [.init("id", .integer), .init("name", .text), .init("notes", .text), .init("time", .duration)])

private func read<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, cutEvery size: Int) -> [CSVImport.Row]?
where Bytes.SubSequence == Bytes {
  var reader = CSVImport(table, required: [])
  var rows: [CSVImport.Row] = []
  var rest = bytes
  do throws(ImportError) {
    while !rest.isEmpty {
      rows += try reader.feed(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    return rows + (try reader.finish())
  } catch {
    precondition(error.line >= 1)
    return nil
  }
}
