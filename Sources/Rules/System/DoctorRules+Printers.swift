import Model

extension DoctorRules {
  static func printers(
    _ printers: [DoctorFacts.Printer], _ service: DoctorFacts.Network.Service
  ) -> [DoctorFinding] {
    guard !printers.isEmpty else {
      return [
        DoctorFinding(
          .printers, .warning, "No printer is entered.", "Add one on the page, or: layerberry printer discover")
      ]
    }
    return printers.flatMap { judged($0, service) }
  }

  private static func judged(
    _ printer: DoctorFacts.Printer, _ service: DoctorFacts.Network.Service
  ) -> [DoctorFinding] {
    let name = printer.name
    guard printer.isEnabled else {
      return [
        DoctorFinding(.printers, .warning, "\(name) is switched off in the list.", "Enable it if it is to be followed.")
      ]
    }
    var found: [DoctorFinding] = []
    switch printer.reach {
    case .connected: found.append(DoctorFinding(.printers, .ok, "\(name) is connected."))
    case .listens: found.append(DoctorFinding(.printers, .ok, "\(name) listens at its address."))
    case .nothing:
      found.append(DoctorFinding(.printers, .problem, "\(name) does not answer.", unreachable))
    case .refused(let problem):
      found.append(DoctorFinding(.printers, .problem, "\(name) \(words(problem))", advice(problem)))
    }
    if printer.refusesCommands {
      found.append(
        DoctorFinding(
          .printers, .warning, "\(name) takes commands from its maker's programs only.",
          "Switch on LAN-only mode and Developer mode at its screen."))
    }
    return found
  }

  private static let unreachable =
    "Is it switched on and in the same network? Compare its address with the one on its screen; a guest network or VLAN "
    + "keeps devices apart."

  private static func words(_ problem: PrinterProblem) -> String {
    switch problem {
    case .wrongAccessCode: "refuses the access code."
    case .certificateChanged: "shows another certificate than before."
    case .wrongSerial: "has another serial number than the one entered."
    case .unreachable: "does not answer."
    case .noData: "is connected and sends nothing."
    case .notAPrinter: "is at an address where something else answers."
    }
  }

  private static func advice(_ problem: PrinterProblem) -> String {
    switch problem {
    case .wrongAccessCode:
      "Enter the access code anew, as its screen shows it; a change of network settings makes a new one."
    case .certificateChanged:
      "After an update or a reset that is so: accept the new one with POST /printers/{id}/trust."
    case .wrongSerial: "Two printers may have swapped their addresses: compare with their screens."
    case .unreachable: unreachable
    case .noData: "Other programs may hold its few sessions: close them, or restart the printer."
    case .notAPrinter: "Compare the address with the one on the printer's screen."
    }
  }
}
