import Board

/// Any bytes as a pin map. What is read holds what the board relies on: names of their form, each line once, no more of a
/// kind than there may be, and a problem that names the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBoardMap(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(BoardMapProblem) {
    let map = try BoardMap.parse(text, path: "map.ini")
    let names = map.relays.map(\.name) + map.lights.map(\.name) + map.buttons.map(\.name)
    precondition(names.allSatisfy { (1...20).contains($0.utf8.count) })
    precondition(map.relays.count <= 16 && map.lights.count <= 16 && map.buttons.count <= 16)
    precondition(Set(map.lines.map(\.line)).count == map.lines.count)
    precondition(map.relays.allSatisfy { $0.minimumInterval >= .zero && $0.minimumInterval <= .seconds(3600) })
    precondition(map.buttons.allSatisfy { $0.debounce <= .milliseconds(200) })
  } catch {
    precondition(error.place.hasPrefix("map.ini") && !error.problem.isEmpty)
  }
  return 0
}
