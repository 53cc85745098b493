/// The lines of a virtual chip for one who opened it.
final class VirtualChip: GPIOChip {
  private let chips: VirtualChips

  init(chips: VirtualChips) { self.chips = chips }

  var identity: ChipIdentity { chips.identity }

  func offset(named name: String) -> Int? {
    (0..<identity.lineCount).first { chips.standing($0).name == name }
  }

  func look(at offset: Int) throws(GPIOFailure) -> LineStanding {
    try chips.check()
    guard (0..<identity.lineCount).contains(offset) else { throw .unknownLine("\(offset)", chip: identity) }
    return chips.standing(offset)
  }

  func output(_ request: LineRequest, isOn: Bool) throws(GPIOFailure) -> any OutputLine {
    try chips.take(request, isHigh: isOn != request.isActiveLow, onEdge: nil)
    return VirtualOutput(chips: chips, request: request, descriptor: nil)
  }

  func relay(_ request: LineRequest, isOn: Bool) throws(GPIOFailure) -> any OutputLine {
    try chips.take(request, isHigh: isOn != request.isActiveLow, onEdge: nil)
    return VirtualOutput(
      chips: chips, request: request, descriptor: VirtualChips.firstDescriptor + Int32(request.offset))
  }

  func relay(keptAs descriptor: Int32, _ request: LineRequest) -> (any OutputLine)? {
    guard chips.isKept(descriptor) else { return nil }
    return VirtualOutput(chips: chips, request: request, descriptor: descriptor)
  }

  func input(
    _ request: LineRequest, bias: LineBias, onEdge: @escaping @Sendable () -> Void
  ) throws(GPIOFailure) -> any InputLine {
    try chips.take(request, isHigh: nil, onEdge: onEdge)
    switch bias {
    case .up: chips.pull(request.offset, high: true)
    case .down: chips.pull(request.offset, high: false)
    case .asIs, .off: break
    }
    return VirtualInput(chips: chips, request: request)
  }
}

final class VirtualOutput: OutputLine {
  private let chips: VirtualChips
  private let request: LineRequest
  let descriptor: Int32?

  init(chips: VirtualChips, request: LineRequest, descriptor: Int32?) {
    self.chips = chips
    self.request = request
    self.descriptor = descriptor
  }

  deinit { chips.release(request.offset) }

  func set(_ isOn: Bool) throws(GPIOFailure) {
    try chips.drive(request.offset, high: isOn != request.isActiveLow)
  }

  func isOn() throws(GPIOFailure) -> Bool {
    try chips.check()
    return chips.isHigh(request.offset) != request.isActiveLow
  }
}

final class VirtualInput: InputLine {
  private let chips: VirtualChips
  private let request: LineRequest

  init(chips: VirtualChips, request: LineRequest) {
    self.chips = chips
    self.request = request
  }

  deinit { chips.release(request.offset) }

  var descriptor: Int32? { nil }

  func isActive() throws(GPIOFailure) -> Bool {
    try chips.check()
    return chips.isHigh(request.offset) != request.isActiveLow
  }

  func drain() throws(GPIOFailure) { try chips.check() }
}
