import Model
import Wire

/// Any bytes as a compiled time zone: read or refused, and whatever is read counts days without a gap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZone(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let zone = ZoneFile.read(Array(UnsafeBufferPointer(start: start, count: count))) else { return 0 }
  for day in stride(from: Int64(-200), through: 40_000, by: 397) {
    precondition(zone.start(ofDay: day) < zone.start(ofDay: day + 3))
  }
  let (from, until) = (Timestamp(seconds: 0), Timestamp(seconds: 3_000_000_000))
  var end = from
  for segment in zone.segments(from: from, until: until) {
    precondition(segment.from == end && segment.from < segment.until)
    end = segment.until
  }
  precondition(end == until)
  return 0
}
