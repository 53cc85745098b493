import ArgumentParser
import CShims
import Glibc
import Logging
import Model
import Service

/// Runs the service until it is told to stop.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the service.",
    discussion: "An option wins over the environment (LAYERBERRY_DATA, …), that over the file, that over the default.")

  @Option(help: "The configuration file: key = value lines.") var config: String?
  @Option(help: ArgumentHelp(ConfigurationKey.data.note)) var data: String?
  @Option(help: ArgumentHelp(ConfigurationKey.host.note)) var host: String?
  @Option(help: ArgumentHelp(ConfigurationKey.port.note)) var port: String?
  @Option(help: ArgumentHelp(ConfigurationKey.logLevel.note)) var logLevel: String?
  @Option(help: ArgumentHelp(ConfigurationKey.trustFolder.note)) var trustFolder: String?
  @Option(help: ArgumentHelp(ConfigurationKey.boardMap.note)) var boardMap: String?

  /// The service promises to be gone within five seconds (contract, section 8); the disk may need a moment of them.
  private static let stopDeadline = 4

  func run() throws {
    do {
      try serve()
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure.exit(for: error)
    }
  }

  private func serve() throws {
    let environment = Environment.all
    let configuration = try Configuration(options: options, environment: environment)
    layerberry_one_malloc_arena()
    layerberry_return_large_blocks()
    signal(SIGPIPE, SIG_IGN)
    // Before the first thread, so that all of them leave these to the main one.
    let signals = StopSignals()
    let manager = ServiceManager(environment: environment)
    let sink = LogSink(isJournal: environment["JOURNAL_STREAM"] != nil, clock: SystemClock())
    let house: House
    do {
      house = try waiting { try await House.open(configuration, sink: sink) }
    } catch {
      guard try House.abandonRestored(configuration, after: error) else { throw error }
      Failure.say("What was restored cannot be used (\(error)). The service goes back to what was there.")
      throw ExitCode(Restart.perform(environment: environment).rawValue)
    }
    manager.ready("serving on port \(configuration.port)")
    while signals.wait(atMost: manager.watchdogInterval) == nil {
      if try waiting({ await house.isWell }) { manager.alive() }
    }
    manager.stopping()
    let stopped = Waiting<Void>()
    Task { stopped.finish(await Result(awaiting: { await house.stop() })) }
    if try stopped.value(within: Self.stopDeadline) == nil {
      Failure.say("Some parts did not stop in time; everything that was answered is on disk.")
    }
    if Restart.isRequested { throw ExitCode(Restart.perform(environment: environment).rawValue) }
  }

  private var options: Configuration.Options {
    let said: [(ConfigurationKey, String?)] = [
      (.data, data), (.host, host), (.port, port), (.logLevel, logLevel), (.trustFolder, trustFolder),
      (.boardMap, boardMap),
    ]
    return Configuration.Options(
      file: config,
      values: Dictionary(
        said.compactMap { key, value in value.map { (key, $0) } }, uniquingKeysWith: { $1 }))
  }
}

/// The signals that end the service, taken by the main thread.
private struct StopSignals {
  private var set = sigset_t()

  init() {
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The signal that came, or nil when the time is over.
  func wait(atMost time: Duration?) -> Int32? {
    var set = set
    while true {
      let number: Int32
      if let time {
        var limit = timespec(
          tv_sec: Int(time.components.seconds), tv_nsec: Int(time.components.attoseconds / 1_000_000_000))
        number = sigtimedwait(&set, nil, &limit)
      } else {
        number = sigwaitinfo(&set, nil)
      }
      if number > 0 { return number }
      if errno == EAGAIN { return nil }
    }
  }
}
