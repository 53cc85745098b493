import ArgumentParser

/// The command line.
@main
struct Layerberry: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layerberry",
    abstract: "A small appliance for Bambu Lab printers.",
    version: Version.text,
    subcommands: [
      Serve.self, PrinterCommand.self, KeyCommand.self, PasswordCommand.self, BoardCommand.self,
      BackupCommand.self, RestoreCommand.self, DoctorCommand.self, OpenAPICommand.self, VersionCommand.self,
    ])
}
