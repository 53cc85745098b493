import ArgumentParser
import Glibc
import HTTPServer
import Model
import Store
import TLS

/// Ends the command with a sentence and a status of sysexits(3).
enum Failure {
  /// EX_USAGE, EX_DATAERR, EX_UNAVAILABLE, EX_SOFTWARE, EX_CANTCREAT, EX_IOERR, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG.
  enum Status: Int32 {
    case usage = 64
    case damagedData = 65
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case inputOutput = 74
    case temporary = 75
    case notPermitted = 77
    case configuration = 78
  }

  static func say(_ sentence: String) {
    var bytes = Array("layerberry: \(sentence)\n".utf8)
    _ = write(STDERR_FILENO, &bytes, bytes.count)
  }

  /// What an error means to the person who started the command.
  static func exit(for error: any Error) -> ExitCode {
    let (sentence, status) = explained(error)
    say(sentence)
    return ExitCode(status.rawValue)
  }

  private static func explained(_ error: any Error) -> (String, Status) {
    switch error {
    case let failure as ConfigurationFailure:
      return (failure.description, failure.place.hasPrefix("--") ? .usage : .configuration)
    case let invalid as InvalidValue: return ("\(invalid.description).", .usage)
    case let failure as StoreFailure: return (failure.message, failure.exitStatus)
    case let failure as HTTPServerFailure: return ("Cannot listen: \(failure.description).", failure.exitStatus)
    case let failure as TrustStoreError: return (failure.description, .configuration)
    case let fault as Fault: return (fault.message, .unavailable)
    default: return ("\(error)", .software)
    }
  }
}

extension HTTPServerFailure {
  fileprivate var exitStatus: Failure.Status {
    switch self {
    case .portInUse: .temporary
    case .notPermitted: .notPermitted
    case .badAddress: .configuration
    case .system: .unavailable
    }
  }
}

extension StoreFailure {
  fileprivate var exitStatus: Failure.Status {
    switch kind {
    case .notAFolder: .cannotCreate
    case .notWritable: .notPermitted
    case .diskFull, .io: .inputOutput
    case .inUse, .busy: .temporary
    case .damaged, .newerVersion, .foreign: .damagedData
    case .rule, .closed: .software
    }
  }
}
