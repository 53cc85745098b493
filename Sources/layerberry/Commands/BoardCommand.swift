import ArgumentParser
import Board
import Glibc
import Loop
import Model
import Rules
import Wire

/// The board from the command line: explains a pin map, and tries what is wired.
struct BoardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board", abstract: "Explains the board's pin map, and tries what is wired to it.",
    subcommands: [Show.self, Try.self])

  /// Where the pin map is: the same words as `serve` takes.
  struct MapOptions: ParsableArguments {
    @Option(help: "The configuration file.") var config: String?
    @Option(help: ArgumentHelp(ConfigurationKey.boardMap.note)) var boardMap: String?

    /// nil without one: the board is virtual.
    func map() throws(ConfigurationFailure) -> BoardMap? {
      let configuration = try Configuration(
        options: .init(file: config, values: boardMap.map { [.boardMap: $0] } ?? [:]), environment: Environment.all)
      guard let path = configuration.boardMap else { return nil }
      return try Bench.read(path)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says what is wired to which line, and how the kernel sees it.",
      discussion: "It takes no line, so that it can be used beside a running service.")

    @OptionGroup var place: MapOptions
    @Flag(help: "As JSON, for scripts.") var json = false

    func run() throws {
      do {
        let map = try place.map()
        let survey = LineSurvey(map: map ?? .virtual, chips: map == nil ? VirtualChips() : LibgpiodChips())
        if json { return print(Self.json(survey)) }
        print(map == nil ? "No pin map is configured: the board is virtual." : "\(survey.map.name)")
        print(
          Table.text(
            header: ["use", "chip", "line", "name", "active", "kernel"],
            rows: survey.rows.map { [$0.use, $0.chip, $0.line, $0.name ?? "-", $0.active, $0.standing] }))
        if survey.rows.contains(where: { !$0.isThere }) { throw ExitCode(Failure.Status.unavailable.rawValue) }
      } catch let code as ExitCode {
        throw code
      } catch {
        throw Failure.exit(for: error)
      }
    }

    private static func json(_ survey: LineSurvey) -> String {
      var json = JSONWriter()
      json.beginObject()
      json.key("name")
      json.write(survey.map.name)
      json.key("lines")
      json.beginArray()
      for row in survey.rows {
        json.beginObject()
        for (key, value) in [
          ("use", row.use), ("chip", row.chip), ("line", row.line), ("active", row.active), ("kernel", row.standing),
        ] {
          json.key(text: key)
          json.write(value)
        }
        json.endObject()
      }
      json.endArray()
      json.endObject()
      return String(decoding: json.bytes, as: UTF8.self)
    }
  }

  struct Try: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Blinks every light, and says which button is pressed how.",
      discussion: """
        The service must not run meanwhile, as it holds the lines. Relays are left alone unless --relays is given: then \
        each is switched on and off again, with whatever hangs at it.
        """)

    @OptionGroup var place: MapOptions
    @Flag(help: "Switches every relay as well.") var relays = false
    @Option(help: "How long buttons are listened to, in seconds.") var seconds = 10

    func run() throws {
      do {
        guard (0...600).contains(seconds) else { throw InvalidValue("--seconds", "must be 0 to 600") }
        guard let map = try place.map() else {
          throw Fault(.notFound, "No pin map is configured. Give one with --board-map.")
        }
        let trial = BoardTrial(map: map, switchesRelays: relays, listens: .seconds(seconds))
        let isWhole = try waiting {
          try await trial.run { line in
            print(line)
            // Who reads it through a pipe or from a file has to know when to press.
            fflush(nil)
          }
        }
        if !isWhole { throw ExitCode(Failure.Status.unavailable.rawValue) }
      } catch let code as ExitCode {
        throw code
      } catch {
        throw Failure.exit(for: error)
      }
    }
  }
}

/// Tries a board.
private struct BoardTrial: Sendable {
  let map: BoardMap
  let switchesRelays: Bool
  let listens: Duration

  private static let look = Duration.milliseconds(1500)

  /// Whether everything works.
  func run(say: @escaping @Sendable (String) -> Void) async throws -> Bool {
    let loop = try PollLoop(name: "board")
    defer { loop.shutdown() }
    let board = Board(
      map: map, chips: LibgpiodChips(), loop: loop, keeper: NoKeeper(), memory: RelayMemory(path: nil),
      gestures: Set(ButtonGesture.allCases)
    ) { event in
      if case .gesture(let button, let gesture) = event { say("button \(button): \(gesture.rawValue)") }
    }
    do {
      try await board.start()
    } catch {
      throw error.fault
    }
    for light in await board.lights {
      say("led \(light.name): \(light.problem ?? "blinks")")
      await board.show(light.name, .blink(on: 150, off: 150))
      try await Task.sleep(for: Self.look)
      await board.show(light.name, .off)
    }
    for relay in await board.relays() {
      say("relay \(relay.name): \(relay.problem ?? (switchesRelays ? "on, then off" : "left alone"))")
      guard switchesRelays, relay.problem == nil else { continue }
      try await board.switch(relay.name, on: true)
      try await Task.sleep(for: max(relay.minimumInterval, Self.look))
      try await board.switch(relay.name, on: false)
    }
    for button in await board.buttons {
      say("button \(button.name): \(button.problem ?? (button.isStuck ? "is down" : "press it"))")
    }
    if !map.buttons.isEmpty { try await Task.sleep(for: listens) }
    let problem = await board.problem
    await board.stop()
    return problem == nil
  }
}
