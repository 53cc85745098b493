import Glibc
import Model
import PrintFile
import TestKit

/// Any bytes as a file, or, by the first byte, as one member of a 3MF that is whole otherwise: behind checksums and
/// packing nothing would ever be reached. What is read keeps to its ranges. The same for a workbook's sheet.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrintFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let content = Array(bytes.dropFirst())
  let members = [
    "Metadata/slice_info.config", "Metadata/model_settings.config", "Metadata/project_settings.config",
    "3D/3dmodel.model", "Metadata/plate_1.gcode", "Metadata/plate_1.json", "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
  ]
  let choice = Int(bytes[0]) % (members.count + 1)
  var file = content
  if choice > 0 {
    var zip = whole
    zip.members.removeAll { $0.name == members[choice - 1] }
    var member = TestZip.Member(members[choice - 1], content)
    member.isPacked = false
    zip.members.append(member)
    file = zip.bytes
  }
  let path = "/tmp/layerberry-fuzz-\(getpid())"
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  precondition(descriptor >= 0 && write(descriptor, file, file.count) == file.count)
  close(descriptor)
  do throws(PrintFileError) {
    check(try PrintFile.read(path: path))
    _ = try PrintFile.picture(path: path)
  } catch {
    precondition(!error.description.isEmpty)
  }
  try? SheetRows.read(path: path) { row in precondition((1...64).contains(row.count) && row.last != SheetCell.none) }
  return 0
}

private let whole: TestZip = {
  var zip = TestProject().zip
  zip.members.append(TestZip.Member("xl/worksheets/sheet1.xml", "<row><c t='s'><v>0</v></c></row>"))
  for place in zip.members.indices { zip.members[place].isPacked = false }
  return zip
}()

private func check(_ facts: PrintFileFacts) {
  precondition(facts.plates.count <= 256 && facts.filaments.count <= 64)
  precondition(Set(facts.plates.map(\.index)).count == facts.plates.count)
  precondition((facts.title?.utf8.count ?? 0) <= 512)
  for plate in facts.plates {
    precondition((1...999).contains(plate.index) && plate.objects.count <= 4096)
    precondition((0...31_536_000).contains(plate.seconds ?? 0) && (plate.grams ?? 0) >= 0)
    precondition(plate.usedMappingIndices.allSatisfy { (0..<facts.filamentCount).contains($0) })
  }
}
