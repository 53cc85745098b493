import Model

extension PrinterCommand {
  /// The commands about the job and its errors; nil for all others.
  func jobBodies(for target: CommandTarget) throws(InvalidValue) -> [CommandBody]? {
    switch self {
    case .pause: return [CommandBody("print", "pause", [("param", "")])]
    case .resume: return [CommandBody("print", "resume", [("param", "")])]
    case .stop: return [CommandBody("print", "stop", [("param", "")])]
    case .speed(let level):
      guard (1...4).contains(level) else { throw InvalidValue("level", "must be 1 to 4") }
      return [CommandBody("print", "print_speed", [("param", .string(String(level)))])]
    case .skipObjects(let ids):
      guard (1...1000).contains(ids.count) else { throw InvalidValue("objects", "must be 1 to 1000 object ids") }
      return [CommandBody("print", "skip_objects", [("obj_list", .array(ids.map { .int(Int64($0)) }))])]
    case .projectFile(let file): return [try file.body(for: target.model)]
    case .gcodeFile(let path):
      guard (1...255).contains(path.utf8.count), !path.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
        throw InvalidValue("path", "must be the path of a G-code file on the printer")
      }
      return [CommandBody("print", "gcode_file", [("param", .string(path))])]
    case .gcode(let lines):
      guard !lines.isEmpty else { throw InvalidValue("lines", "must not be empty") }
      return [.gcode(lines)]
    case .clearError(let code, let subtaskID): return clearBodies(code, subtaskID)
    case .ignoreError(let code, let jobID):
      return [
        CommandBody(
          "print", "ignore",
          [("err", .string(String(code.rawValue))), ("param", "reserve"), ("job_id", .string(jobID))])
      ]
    case .dismissError(let code, let isPermanent):
      return [
        CommandBody(
          "print", "idle_ignore", [("err", .string(String(code.rawValue))), ("type", isPermanent ? 1 : 0)])
      ]
    default: return nil
    }
  }

  /// The error itself, and, where it is known, its window on the printer's screen.
  private func clearBodies(_ code: PrintErrorCode?, _ subtaskID: String?) -> [CommandBody] {
    var clean = CommandBody("print", "clean_print_error")
    if let subtaskID { clean.fields.append(("subtask_id", .string(subtaskID))) }
    guard let code, code.rawValue != 0 else { return [clean] }
    clean.fields.append(("print_error", .int(Int64(code.rawValue))))
    let hex = code.text.filter { $0 != "_" }
    return [
      clean,
      CommandBody(
        "system", "uiop",
        [
          ("name", "print_error"), ("action", "close"), ("source", 1), ("type", "dialog"), ("err", .string(hex)),
        ]),
    ]
  }
}

extension ProjectFile {
  func body(for model: PrinterModel) throws(InvalidValue) -> CommandBody {
    try check()
    let id = JSONValue.string(String(taskID))
    var body = CommandBody(
      "print", "project_file",
      [
        ("param", .string("Metadata/plate_\(plate).gcode")), ("url", .string("ftp:///\(path)")),
        ("file", .string(fileName)), ("md5", .string(md5)), ("subtask_name", .string(taskName)), ("project_id", id),
        ("profile_id", "0"), ("task_id", id), ("subtask_id", id), ("bed_type", .string(bedType)),
        ("timelapse", .bool(timelapse)), ("bed_leveling", .bool(bedLeveling != .off)),
        ("auto_bed_leveling", .int(Int64(bedLeveling.rawValue))), ("flow_cali", .bool(flowCalibration == .on)),
        ("extrude_cali_flag", .int(Int64(flowCalibration.rawValue))), ("extrude_cali_manual_mode", 0),
        ("nozzle_offset_cali", .int(Int64(model.nozzleCount == 2 ? nozzleOffset.rawValue : 0))),
        // P2S must not be asked for it.
        ("vibration_cali", .bool(vibrationCalibration && model != .p2s)), ("layer_inspect", .bool(layerInspection)),
        ("use_ams", .bool(asksForAMS)), ("ams_mapping", .array(mapping.map { .int(Int64($0?.mapping ?? -1)) })),
        ("ams_mapping2", .array(mapping.map { Self.place(of: $0, on: model) })), ("cfg", "0"),
      ])
    if model == .h2c, let nozzleMapping {
      body.fields.append(("nozzle_mapping", .array(nozzleMapping.map { .int(Int64($0)) })))
    }
    return body
  }

  private static func place(of source: FilamentSource?, on model: PrinterModel) -> JSONValue {
    switch source {
    case nil: ["ams_id": 255, "slot_id": 255]
    case .ams(let unit, let slot): ["ams_id": .int(Int64(unit)), "slot_id": .int(Int64(slot))]
    case .external(let id): ["ams_id": .int(Int64(model.nozzleCount == 2 ? id : 255)), "slot_id": 0]
    }
  }
}
