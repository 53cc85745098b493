import API
import ArgumentParser
import Board
import Glibc
import Model
import Rules
import Service
import Store
import Wire

/// Looks at everything that a service needs, and says what to do (contract, section 8), beside a running service or
/// without one.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks storage, clock, power, network, printers and GPIO, and says what to do.",
    discussion: """
      The exit status is 0 where there is no problem, 74 where the worst is one of the storage, 78 where it is the pin map, \
      else 69. Warnings change nothing in it.
      """)

  @OptionGroup var place: DataOptions
  @Option(help: "The port of the running service; else the configuration's.") var port: Int?
  @Flag(help: "As JSON, for scripts.") var json = false

  /// How long a printer has to take a connection, in milliseconds.
  private static let patience: Int32 = 3_000

  func run() throws {
    do {
      let configuration = try place.configuration()
      let findings = DoctorRules.findings(try facts(configuration))
      print(json ? Self.json(findings) : Self.text(findings))
      if let status = Self.status(findings) { throw ExitCode(status.rawValue) }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure.exit(for: error)
    }
  }

  private func facts(_ configuration: Configuration) throws -> DoctorFacts {
    let probe = DoctorProbe(searchPath: Environment.all["PATH"] ?? "")
    let api = try LocalAPI(configuration, port: port)
    var problem: String?
    var isRunning = false
    var told: [UInt8]?
    var records: [PrinterRecord] = []
    do {
      guard access("\(configuration.data)/layerberry.db", F_OK) == 0 else {
        throw StoreFailure(
          .notAFolder, "There is no database in \(configuration.data): no service has run with this data folder yet.")
      }
      let folder = try DataFolder.prepare(configuration.data)
      isRunning = folder.isLocked
      let found = try place.withDatabase { database in
        (
          told: try? await api.get("/printers", database: database),
          records: try await PrinterRepository(database).all()
        )
      }
      told = found.told
      records = found.records
    } catch {
      problem = "\(error)"
    }
    return DoctorFacts(
      storage: probe.storage(configuration.data, problem: problem), clock: probe.time, power: probe.power,
      network: probe.network(told != nil ? .answers : isRunning ? .silent(Int(api.port.number)) : .stopped),
      printers: try told.map(Self.printers) ?? Self.printers(records), pins: Self.pins(configuration.boardMap),
      missingPrograms: probe.missingPrograms)
  }

  /// As the running service sees them.
  private static func printers(_ answer: [UInt8]) throws -> [DoctorFacts.Printer] {
    let value = try JSONParser.parse(answer, limits: .init(bytes: 16 << 20))
    return (value.array ?? []).map { printer in
      let problem = printer["error"]?.string.flatMap(PrinterProblem.init(rawValue:))
      return DoctorFacts.Printer(
        name: printer["name"]?.string ?? "A printer", isEnabled: printer["enabled"]?.bool ?? true,
        reach: printer["connected"]?.bool == true ? .connected : problem.map { .refused($0) } ?? .nothing)
    }
  }

  /// By a connection to each, which is closed again before a word is said.
  private static func printers(_ records: [PrinterRecord]) -> [DoctorFacts.Printer] {
    let open = DoctorProbe.listening(records.map { ($0.host.text, $0.mqttPort.number) }, within: patience)
    return zip(records, open).map { record, isOpen in
      DoctorFacts.Printer(name: record.name, isEnabled: record.isEnabled, reach: isOpen ? .listens : .nothing)
    }
  }

  private static func pins(_ path: String?) -> DoctorFacts.Pins {
    guard let path else { return DoctorFacts.Pins(hasMap: false) }
    do throws(ConfigurationFailure) {
      let survey = LineSurvey(map: try Bench.read(path), chips: LibgpiodChips())
      return DoctorFacts.Pins(
        hasMap: true,
        problems: survey.rows.filter { !$0.isThere }.map { "\($0.use) at \($0.chip) \($0.line): \($0.standing)." })
    } catch {
      return DoctorFacts.Pins(hasMap: true, problems: ["\(error.description)."])
    }
  }

  /// nil where there is no problem.
  static func status(_ findings: [DoctorFinding]) -> Failure.Status? {
    let problems = Set(findings.filter { $0.level == .problem }.map(\.check))
    if problems.isEmpty { return nil }
    if problems.contains(.storage) { return .inputOutput }
    return problems == [.gpio] ? .configuration : .unavailable
  }

  private static func text(_ findings: [DoctorFinding]) -> String {
    findings.map { finding in
      let mark = finding.level == .ok ? "ok" : finding.level.word.uppercased()
      let line = "\(mark)  \(finding.check.rawValue): \(finding.finding)"
      return finding.advice.map { "\(line)\n      \($0)" } ?? line
    }.joined(separator: "\n")
  }

  private static func json(_ findings: [DoctorFinding]) -> String {
    var json = JSONWriter()
    findings.map { DoctorFindingView(finding: $0) }.write(to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
