import Model
import Rules
import Testing

/// What the doctor says, as a table: one thing is wrong in each row.
@Suite struct DoctorRulesTests {
  private static let well = DoctorFacts(
    storage: .init(free: 20 << 30), clock: .init(isSet: true, isSynchronized: true),
    power: .init(isLow: false, wasLow: false, isThrottled: false, hottest: 45),
    network: .init(hasAddress: true, hasRoute: true, service: .answers),
    printers: [.init(name: "X1C", reach: .connected)],
    pins: .init(hasMap: true), missingPrograms: [])

  struct Row: Sendable {
    let change: @Sendable (inout DoctorFacts) -> Void
    let check: DoctorFinding.Check
    let level: DoctorFinding.Level
    /// What its words hold.
    let words: String

    init(
      _ check: DoctorFinding.Check, _ level: DoctorFinding.Level, _ words: String,
      _ change: @escaping @Sendable (inout DoctorFacts) -> Void
    ) {
      self.change = change
      self.check = check
      self.level = level
      self.words = words
    }
  }

  private static let table: [Row] = [
    Row(.storage, .problem, "100 MB left") { $0.storage.free = 100_000_000 },
    Row(.storage, .warning, "500 MB left") { $0.storage.free = 500_000_000 },
    Row(.storage, .problem, "is damaged") { $0.storage.problem = "The database is damaged." },
    Row(.clock, .problem, "not set") { $0.clock.isSet = false },
    Row(.clock, .warning, "nobody keeps it") { $0.clock.isSynchronized = false },
    Row(.power, .problem, "right now") { $0.power.isLow = true },
    Row(.power, .warning, "since the board started") { $0.power.wasLow = true },
    Row(.power, .warning, "slower") { $0.power.isThrottled = true },
    Row(.power, .warning, "72 °C") { $0.power.hottest = 72.4 },
    Row(.power, .problem, "81 °C") { $0.power.hottest = 81 },
    Row(.network, .problem, "no address") { $0.network.hasAddress = false },
    Row(.network, .warning, "no way out") { $0.network.hasRoute = false },
    Row(.network, .problem, "port 8001") { $0.network.service = .silent(8001) },
    Row(.network, .warning, "does not run") { $0.network.service = .stopped },
    Row(.printers, .warning, "No printer") { $0.printers = [] },
    Row(.printers, .warning, "switched off") { $0.printers[0].isEnabled = false },
    Row(.printers, .problem, "does not answer") { $0.printers[0].reach = .nothing },
    Row(.printers, .warning, "maker's programs") { $0.printers[0].refusesCommands = true },
    Row(.gpio, .problem, "relay printer") { $0.pins.problems = ["relay printer at gpiochip0 99: not there."] },
    Row(.programs, .warning, "ffmpeg") { $0.missingPrograms = ["ffmpeg"] },
  ]

  @Test("What is wrong is said with what to do, and nothing else is", arguments: table.indices)
  func row(index: Int) throws {
    let row = Self.table[index]
    var facts = Self.well
    row.change(&facts)
    let findings = DoctorRules.findings(facts)
    let found = findings.filter { $0.level != .ok }
    #expect(found.count == 1)
    let finding = try #require(found.first)
    #expect(finding.check == row.check && finding.level == row.level)
    #expect(finding.finding.contains(row.words), "\(finding.finding)")
    if row.words != "is damaged" { #expect(finding.advice?.isEmpty == false) }
    for check in DoctorFinding.Check.allCases { #expect(findings.contains { $0.check == check }, "\(check)") }
  }

  @Test func whereAllIsWellEachCheckSaysSo() {
    let findings = DoctorRules.findings(Self.well)
    #expect(findings.map(\.check) == DoctorFinding.Check.allCases)
    #expect(findings.allSatisfy { $0.level == .ok && $0.advice == nil })
  }

  @Test("Every reason why a printer is not connected has words and advice of its own")
  func everyProblemOfAPrinter() {
    var said: Set<String> = []
    for problem in PrinterProblem.allCases {
      var facts = Self.well
      facts.printers = [.init(name: "P1S", reach: .refused(problem))]
      let finding = DoctorRules.findings(facts).first { $0.check == .printers }
      #expect(finding?.level == .problem && finding?.advice?.isEmpty == false)
      said.insert(finding?.finding ?? "")
    }
    #expect(said.count == PrinterProblem.allCases.count)
  }

  @Test func whatTheMachineDoesNotTellIsNoProblem() {
    var facts = Self.well
    facts.storage = .init()
    facts.clock.isSynchronized = nil
    facts.power = .init()
    facts.network = .init(service: .answers)
    #expect(DoctorRules.findings(facts).allSatisfy { $0.level == .ok })
  }
}
