import ArgumentParser
import Glibc
import Model
import Service

/// The board's password from the command line: it works beside a running service, which heeds it within a second.
struct PasswordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Sets the password of the web page.", subcommands: [Set.self])

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sets the password; everybody who is signed in has to sign in again.",
      discussion: "The password is the first line of standard input, 8 to 256 characters.")

    /// Bytes of the longest line that can be a password.
    private static let longest = 4096

    @OptionGroup var place: DataOptions

    func run() throws {
      do {
        let password = try Self.read()
        guard PasswordKeeper.fits(password.exposed) else {
          throw PasswordKeeper.lengthProblem("the password")
        }
        try place.withDatabase { database in
          try await FirstPassword.replace(in: database, with: password, now: SystemClock().now)
        }
        Failure.say("The password is set.")
      } catch {
        throw Failure.exit(for: error)
      }
    }

    /// The first line, without showing it where a person types.
    private static func read() throws -> Secret {
      let terminal = HiddenTyping()
      if terminal != nil { Failure.say("Type the new password:") }
      defer { terminal?.end() }
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while bytes.count <= longest {
        let count = Glibc.read(STDIN_FILENO, &byte, 1)
        if count < 0, errno == EINTR { continue }
        guard count == 1, byte != UInt8(ascii: "\n") else { break }
        bytes.append(byte)
      }
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      guard bytes.count <= longest, let text = String(validating: bytes, as: UTF8.self) else {
        throw InvalidValue("the password", "must be one line of UTF-8 text")
      }
      return Secret(text)
    }
  }
}

/// A terminal that does not show what is typed.
private struct HiddenTyping {
  private var before = termios()

  /// nil where standard input is no terminal.
  init?() {
    guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
  }

  func end() {
    var before = before
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
  }
}
