import CGPIO
import Glibc

/// The chips of this machine, by libgpiod.
package struct LibgpiodChips: GPIOChips {
  private let folder: String

  package init(folder: String = "/dev") { self.folder = folder }

  package var isVirtual: Bool { false }

  package func all() -> [ChipIdentity] {
    paths().compactMap { try? LibgpiodChip(path: $0).identity }
  }

  package func open(_ reference: String) throws(GPIOFailure) -> any GPIOChip {
    var known: [ChipIdentity] = []
    var problem: GPIOFailure?
    for path in paths() {
      do throws(GPIOFailure) {
        let chip = try LibgpiodChip(path: path)
        if chip.identity.label == reference || chip.identity.name == reference { return chip }
        known.append(chip.identity)
      } catch {
        problem = error
      }
    }
    // A chip that may not be opened could be the one.
    throw problem ?? .unknownChip(reference, known: known)
  }

  private func paths() -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasPrefix("gpiochip") { paths.append("\(folder)/\(name)") }
    }
    return paths.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }
}

/// One chip of the kernel's.
final class LibgpiodChip: GPIOChip {
  let identity: ChipIdentity
  private let path: String
  private let chip: OpaquePointer

  init(path: String) throws(GPIOFailure) {
    guard let chip = cgpio_open(path) else {
      throw .refused("The GPIO chip \(path) cannot be opened", reason: Self.reason(errno))
    }
    self.path = path
    self.chip = chip
    var name = [CChar](repeating: 0, count: Int(CGPIO_NAME_SIZE))
    var label = name
    let count = cgpio_identify(chip, &name, &label)
    identity = ChipIdentity(name: Self.text(name), label: Self.text(label), lineCount: Int(max(0, count)))
  }

  deinit { cgpio_close(chip) }

  func offset(named name: String) -> Int? {
    (0..<identity.lineCount).first { (try? look(at: $0).name) == name }
  }

  func look(at offset: Int) throws(GPIOFailure) -> LineStanding {
    guard (0..<identity.lineCount).contains(offset) else { throw .unknownLine("\(offset)", chip: identity) }
    var info = cgpio_line_info()
    guard cgpio_look(chip, UInt32(offset), &info) == 0 else { throw failure(errno, offset: offset) }
    let consumer = withUnsafeBytes(of: &info.consumer) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let name = withUnsafeBytes(of: &info.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return LineStanding(
      name: name, consumer: info.is_used == 0 ? nil : consumer.isEmpty ? "the kernel" : consumer,
      isOutput: info.is_output != 0)
  }

  func output(_ request: LineRequest, isOn: Bool) throws(GPIOFailure) -> any OutputLine {
    guard
      let line = cgpio_output(
        chip, UInt32(request.offset), request.consumer, request.isActiveLow ? 1 : 0, isOn ? 1 : 0)
    else { throw failure(errno, offset: request.offset) }
    return LibgpiodOutput(line: line, chip: identity.label)
  }

  func relay(_ request: LineRequest, isOn: Bool) throws(GPIOFailure) -> any OutputLine {
    let descriptor = cgpio_hold(
      path, UInt32(request.offset), request.consumer, request.isActiveLow ? 1 : 0, isOn ? 1 : 0)
    guard descriptor >= 0 else { throw failure(errno, offset: request.offset) }
    return HeldOutput(holding: descriptor, chip: identity.label)
  }

  func relay(keptAs descriptor: Int32, _ request: LineRequest) -> (any OutputLine)? {
    cgpio_held_get(descriptor) < 0 ? nil : HeldOutput(holding: descriptor, chip: identity.label)
  }

  func input(
    _ request: LineRequest, bias: LineBias, onEdge: @escaping @Sendable () -> Void
  ) throws(GPIOFailure) -> any InputLine {
    let resistor: cgpio_bias =
      switch bias {
      case .asIs: CGPIO_BIAS_AS_IS
      case .up: CGPIO_BIAS_UP
      case .down: CGPIO_BIAS_DOWN
      case .off: CGPIO_BIAS_NONE
      }
    guard
      let line = cgpio_input(
        chip, UInt32(request.offset), request.consumer, request.isActiveLow ? 1 : 0, resistor)
    else { throw failure(errno, offset: request.offset) }
    return LibgpiodInput(line: line, chip: identity.label)
  }

  private func failure(_ number: Int32, offset: Int) -> GPIOFailure {
    switch number {
    case EBUSY: .busy("\(offset) of \(identity.label)", holder: (try? look(at: offset))?.consumer)
    case ENODEV, ENXIO: .vanished(identity.label)
    default: .refused("Line \(offset) of \(identity.label) cannot be used", reason: Self.reason(number))
    }
  }

  static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
