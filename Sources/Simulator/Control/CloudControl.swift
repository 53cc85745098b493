import Model

/// What goes wrong with the simulated cloud, as a control line has it: `cloud FAULT [VALUE] [at PATH] [times N]`.
enum CloudControl {
  static let help = """
    cloud code N | page STATUS | too-many SECONDS | challenge | expiry | silence | garbage | long BYTES | loop | cut |
          redirect URL | echo | name ERR_NAME   [at PATH] [times N]     the next requests go wrong so; -1 is all of them
    cloud clear                              ends all faults of the cloud
    cloud manner reference|observed          the form of its answers
    cloud demand password|code|tfa           what a sign-in needs
    """

  static func run(_ words: [String], _ cloud: StandInCloud) throws(SimulatorError) -> String {
    guard let verb = words.first else { throw SimulatorError("cloud what? help tells") }
    var rest = Array(words.dropFirst())
    let path = option("at", of: &rest) ?? "/"
    let times = try option("times", of: &rest).map(number) ?? 1
    switch verb {
    case "clear":
      cloud.clearFaults()
      return "the cloud has no faults"
    case "manner":
      guard let manner = rest.first.flatMap(CloudStandManner.init(rawValue:)) else {
        throw SimulatorError("cloud manner reference, or cloud manner observed")
      }
      cloud.manner = manner
      return "the cloud answers as \(manner.rawValue)"
    case "demand":
      guard let demand = rest.first.flatMap(CloudStandAccount.Demand.init(rawValue:)) else {
        throw SimulatorError("cloud demand password, code or tfa")
      }
      cloud.account.demand = demand
      return "a sign-in needs \(demand.rawValue)"
    default:
      let fault = try fault(verb, rest.first)
      cloud.fail(path, with: fault, times: times)
      let which = times < 0 ? "all requests" : times == 1 ? "the next request" : "the next \(times) requests"
      return "\(which) at \(path): \(verb)"
    }
  }

  private static func fault(_ verb: String, _ value: String?) throws(SimulatorError) -> CloudStandFault {
    switch verb {
    case "code": return .code(try number(value))
    case "page": return .page(try number(value))
    case "too-many": return .tooMany(try number(value))
    case "long": return .long(try number(value))
    case "redirect":
      guard let value else { throw SimulatorError("cloud redirect where?") }
      return .redirect(value)
    case "name":
      guard let value else { throw SimulatorError("cloud name which?") }
      return .name(value)
    case "challenge": return .challenge
    case "expiry": return .expiry
    case "silence": return .silence
    case "garbage": return .garbage
    case "loop": return .loop
    case "cut": return .cut
    case "echo": return .echo
    default: throw SimulatorError("the cloud knows no fault \(verb)")
    }
  }

  private static func number(_ word: String?) throws(SimulatorError) -> Int {
    guard let number = word.flatMap({ Int($0) }), number >= -1, number <= 1 << 32 else {
      throw SimulatorError("a number is missing")
    }
    return number
  }

  /// Takes `name value` out of the words.
  private static func option(_ name: String, of words: inout [String]) -> String? {
    guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
    defer { words.removeSubrange(index...index + 1) }
    return words[index + 1]
  }
}
