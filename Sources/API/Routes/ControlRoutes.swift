import HTTPServer
import Model
import Rules
package import Service
import Wire

/// Everything below `/printers/{id}` that drives the printer (contract, section 5, "Control").
package struct ControlRoutes: Sendable {
  let fleet: Fleet
  let view: FleetView
  let allowsAllGcode: @Sendable () -> Bool

  /// - Parameter allowsAllGcode: the setting `gcode.allow_all`.
  package init(fleet: Fleet, view: FleetView, allowsAllGcode: @escaping @Sendable () -> Bool) {
    self.fleet = fleet
    self.view = view
    self.allowsAllGcode = allowsAllGcode
  }

  package var operations: [Operation] { job + machine + filament + rest }

  private var job: [Operation] {
    [
      order("pause", id: "pause_print", "Pause the print", "Answers when a report shows the pause.") { _ in .pause },
      resume,
      order(
        "stop", id: "stop_print", "Stop the print",
        "The print cannot be taken up again. Answers when a report shows the end."
      ) { _ in .stop }.asEmergency,
      order(
        "speed", id: "set_print_speed", "Set the speed level", "Only while there is a job.", takes: SetSpeed.self
      ) { .speed(level: $0.level) },
      order(
        "skip-objects", id: "skip_objects", "Leave objects of the print out",
        """
        Only while a job prints or is paused, and never the last object: stop the print instead. Where the job's file has \
        not been read, nobody here knows its objects: then the numbers go to the printer as they are, and it judges them.
        """,
        takes: SkipObjects.self
      ) { .skipObjects($0.objects) },
      order(
        "clear-error", id: "clear_printer_error", "Clear the error that the printer shows",
        "Takes the message off the printer's screen as well."
      ) { _ in .clearError },
    ]
  }

  /// The one body that may be left out.
  private var resume: Operation {
    .change(
      .post, "/printers/{id}/resume", id: "resume_print", topic: .control, summary: "Resume the print",
      details: "Answers when a report shows that it goes on.", access: .permission(.control), rate: .control,
      parameters: [printerIDParameter.declared], mayTake: ResumePrint.self, errors: Self.errors
    ) { call, input in
      let id = try call.printer(in: view).identity.id
      try await fleet.perform(.resume(ignoringError: input?.isIgnoringError ?? false), on: id)
      return AcknowledgedView()
    }
  }

  private var rest: [Operation] {
    [
      order(
        "command", id: "send_device_command", "Send a device command of the cloud's form",
        """
        Takes pause, resume, stop, set_nozzle_temp, set_bed_temp, set_chamber_temp, set_fan_speed, set_airduct and \
        set_ctt, one a request. They are translated into what printers understand, with the model's limits; nothing is \
        passed through.
        """, takes: DeviceCommand.self
      ) { .device($0.request) }.asEmergency(.body { $0["print"]?["command"] == "stop" }),
      .change(
        .post, "/printers/{id}/plate-cleared", id: "set_plate_cleared", topic: .control,
        summary: "Say whether the plate is free",
        details: "Kept over a restart, and forgotten when the next print begins. The printer need not be there.",
        access: .permission(.control), rate: .control, parameters: [printerIDParameter.declared],
        takes: PlateCleared.self, errors: [.printerNotFound]
      ) { call, input in
        try await fleet.setPlateCleared(input.isCleared, on: try call.printer(in: view).identity.id)
        return AcknowledgedView()
      },
    ]
  }

  // MARK: How all of them are declared

  /// What any of them may answer beside the common codes.
  private static let errors: [ErrorCode] = [
    .printerNotFound, .conflict, .printerOffline, .printerBusy, .commandRefused, .mqttError,
  ]

  /// An order that needs no body.
  func order(
    _ path: String, id: String, _ summary: String, _ details: String, parameters: [DeclaredParameter] = [],
    _ request: @escaping @Sendable (Call) throws -> ControlRequest
  ) -> Operation {
    .action(
      .post, "/printers/{id}/\(path)", id: id, topic: .control, summary: summary, details: details,
      access: .permission(.control), rate: .control, parameters: [printerIDParameter.declared] + parameters,
      errors: Self.errors
    ) { call in
      let printer = try call.printer(in: view).identity.id
      try await fleet.perform(try request(call), on: printer)
      return AcknowledgedView()
    }
  }

  /// An order with a body.
  func order<Input: WireInput>(
    _ path: String, id: String, _ summary: String, _ details: String, takes: Input.Type,
    _ request: @escaping @Sendable (Input) throws -> ControlRequest
  ) -> Operation {
    order(path, id: id, summary, details, parameters: [], takes: takes) { _, input in try request(input) }
  }

  /// An order with a body and more in its path.
  func order<Input: WireInput>(
    _ path: String, id: String, _ summary: String, _ details: String, parameters: [DeclaredParameter],
    takes: Input.Type, _ request: @escaping @Sendable (Call, Input) throws -> ControlRequest
  ) -> Operation {
    .change(
      .post, "/printers/{id}/\(path)", id: id, topic: .control, summary: summary, details: details,
      access: .permission(.control), rate: .control, parameters: [printerIDParameter.declared] + parameters,
      takes: Input.self, errors: Self.errors
    ) { call, input in
      let printer = try call.printer(in: view).identity.id
      try await fleet.perform(try request(call, input), on: printer)
      return AcknowledgedView()
    }
  }
}

extension Call {
  /// The printer of the path; to a caller who may not see it, it does not exist.
  func printer(in view: FleetView) throws(Fault) -> PrinterSnapshot {
    let id = try path(printerIDParameter)
    guard caller.sees(id), let printer = view[id] else {
      throw Fault(.printerNotFound, "There is no printer \(id).")
    }
    return printer
  }
}
