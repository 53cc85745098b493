/// Control lines that concern a printer's files.
enum FileControl {
  static let help = """
    files N good|stall|stall-at-end|refuse|silent|wrong-code|no-card|full|cut BYTES|late SECONDS|slow BYTES_A_SECOND
    """

  static func run(_ words: [String], _ card: PrinterCard) throws(SimulatorError) -> String {
    var settings = FileServerSettings()
    let value = words.count > 1 ? Int(words[1]) : nil
    switch words.first {
    case "good": break
    case "stall": settings.data = .stallsEncrypted
    case "stall-at-end": settings.data = .stallsEncryptedAtEnd
    case "refuse": settings.data = .refused
    case "silent": settings.isSilent = true
    case "wrong-code": settings.refusesAccessCode = true
    case "no-card": settings.card = .missing
    case "full": settings.card = .full
    case "cut":
      guard let value, value >= 0 else { throw SimulatorError(help) }
      settings.data = .cut(afterBytes: value)
    case "late":
      guard let value, (0...600).contains(value) else { throw SimulatorError(help) }
      settings.lateReply = Double(value)
    case "slow":
      guard let value, value > 0 else { throw SimulatorError(help) }
      settings.throttle = value
    default: throw SimulatorError(help)
    }
    card.server.settings = settings
    return "files \(words.joined(separator: " ")): \(card.folder)"
  }
}
