import Glibc

/// An emulated machine with what this one lacks: GPIO lines and a video device that programs can play with.
///
/// `Scripts/guest-machine` makes its kernel and initramfs; the programs under test are added at each boot. It has no disk,
/// its network is QEMU's: this machine is 10.0.2.2 there, and a port of it can be reached under the same number on
/// 127.0.0.1 here. It ends with its last owner, with this process, or after `lifetime`, whatever comes first.
package final class GuestMachine: Sendable {
  /// What this machine's loopback address is called in there.
  package static let hostAddress = "10.0.2.2"

  private let folder: TemporaryFolder
  private let emulation: ChildProcess
  private let channel: GuestChannel
  /// The port of this machine that leads to the same one in there.
  package let port: Int

  /// Boots, and returns when the guest takes commands.
  ///
  /// - Parameters:
  ///   - programs: programs of ours, with their libraries; the guest knows them by `GuestKind.path`.
  ///   - files: more files of this machine, which are in the guest under the same paths.
  ///   - lifetime: after so many seconds it is ended, whatever happens.
  package static func boot(
    _ kind: GuestKind = .own, clock: GuestClock = .day, programs: [String] = [], files: [String] = [],
    lifetime: Int = 300
  ) async throws -> GuestMachine {
    guard let machine = kind.folder else { throw TestKitError("Scripts/guest-machine has not been run") }
    let folder = try TemporaryFolder()
    var contents = files
    for program in try kind.added(programs) { contents += [program] + (try await libraries(of: program)) }
    let initramfs = "\(folder.path)/initramfs"
    try Initramfs.write(after: "\(machine)/initramfs", files: contents, to: initramfs)
    let port = try ServiceProcess.freePort()
    let control = "\(folder.path)/control"
    let emulation = try ChildProcess(
      "/usr/bin/timeout",
      ["--kill-after=5", String(lifetime)] + kind.emulator + clock.words + [
        "-m", String(kind.memory), "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial",
        "file:/dev/stdout", "-kernel", "\(machine)/vmlinuz", "-initrd", initramfs, "-append",
        "console=\(kind.console) loglevel=4 panic=-1 random.trust_cpu=on",
        "-device", "virtio-serial-pci", "-chardev", "socket,id=control,path=\(control),server=on,wait=on", "-device",
        "virtserialport,chardev=control", "-device", "virtio-net-pci,netdev=net,romfile=", "-netdev",
        "user,id=net,hostfwd=tcp:127.0.0.1:\(port)-:\(port)",
      ])
    do {
      let channel = try await eventually(within: 20, "the emulator listens; it said: \(emulation.text)") {
        try? GuestChannel(path: control)
      }
      guard try channel.line(within: 120) == "ready" else { throw TestKitError("the guest is not ready") }
      unlink(initramfs)
      return GuestMachine(folder: folder, emulation: emulation, channel: channel, port: port)
    } catch {
      throw TestKitError("the guest does not boot: \(error); it said: \(emulation.text)")
    }
  }

  private init(folder: TemporaryFolder, emulation: ChildProcess, channel: GuestChannel, port: Int) {
    self.folder = folder
    self.emulation = emulation
    self.channel = channel
    self.port = port
  }

  /// Boots, plays, and ends the machine whatever happened.
  package static func play(
    _ kind: GuestKind = .own, clock: GuestClock = .day, programs: [String] = [], files: [String] = [],
    lifetime: Int = 300, _ body: (GuestMachine) async throws -> Void
  ) async throws {
    let guest = try await boot(kind, clock: clock, programs: programs, files: files, lifetime: lifetime)
    do { try await body(guest) } catch {
      try? await guest.end()
      throw error
    }
    try await guest.end()
  }

  /// Runs a shell script in there; its output, both kinds. One at a time; at most 120 s. A program that is to go on
  /// must be sent to the background with its output elsewhere.
  @discardableResult
  package func run(_ script: String, within seconds: Int = 60) throws -> String {
    let (status, output) = try channel.ask(script, within: seconds)
    guard status == 0 else { throw TestKitError("in the guest, status \(status): \(script): \(output)") }
    return output
  }

  /// A file's text.
  package func read(_ path: String) throws -> String { try run("cat '\(path)'") }

  /// Writes into a file of /sys or anywhere.
  package func write(_ text: String, to path: String) throws { try run("printf '%s' '\(text)' >'\(path)'") }

  /// Loads a module and what it needs: gpio-sim, leds-gpio, ledtrig-timer or vivid.
  package func load(_ module: String, _ parameters: String = "") throws { try run("load \(module) \(parameters)") }

  /// What the kernel said on its console.
  package var console: String { emulation.text }

  package func end() async throws {
    channel.close()
    _ = try await emulation.wait(within: 30)
  }

  /// The shared libraries of a program, with the loader.
  private static func libraries(of program: String) async throws -> [String] {
    let list = try ChildProcess("/usr/bin/ldd", [program])
    guard try await list.wait() == 0 else { throw TestKitError("ldd \(program): \(list.text)") }
    return list.text.split(separator: "\n").compactMap { line in
      line.split(whereSeparator: { $0 == " " || $0 == "\t" }).first { $0.hasPrefix("/") }.map(String.init)
    }
  }
}
