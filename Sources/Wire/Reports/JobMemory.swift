import Model

/// State, job and stage, merged (protocol sheet, sections 3.2 to 3.4).
struct JobMemory: Sendable {
  static let nameLimit = 512
  static let skippedLimit = 1024

  private(set) var state: GcodeState?
  private(set) var job = ReportedJob()
  /// `stg_cur` as it came.
  private(set) var stage: Int?
  private(set) var speed: PrintSpeed?

  mutating func merge(status: [String: JSONValue]) {
    let before = (state: state, subtask: job.subtaskID)
    mergeState(status)
    mergeIdentity(status)
    let isNew = isNewJob(since: before.state, subtask: before.subtask)
    mergeProgress(status, isNewJob: isNew)
    if let number = status.integer("stg_cur", in: -1...9999) ?? status["stage"]?.object?.integer("_id", in: -1...9999) {
      stage = number
    }
    let level = status.integer("spd_lvl", in: 1...4)
    let percent = status.integer("spd_mag", in: 1...1000)
    if level != nil || percent != nil {
      speed = PrintSpeed(level: level ?? speed?.level, percent: percent ?? speed?.percent)
    }
  }

  private mutating func mergeState(_ status: [String: JSONValue]) {
    guard case .string = status["gcode_state"], let word = status.text("gcode_state") else { return }
    // `INIT`, `OFFLINE`, `UNKNOWN`, nothing, or a newer firmware's word: what was before is over in any case.
    state = GcodeState(rawValue: word.uppercased())
  }

  private mutating func mergeIdentity(_ status: [String: JSONValue]) {
    func update(_ field: inout String?, _ key: String, limit: Int = 64) {
      guard let text = status.text(key, limit: limit) else { return }
      field = text.isEmpty ? nil : text
    }
    update(&job.taskName, "subtask_name", limit: Self.nameLimit)
    update(&job.file, "gcode_file", limit: Self.nameLimit)
    update(&job.printType, "print_type")
    update(&job.taskID, "task_id")
    update(&job.subtaskID, "subtask_id")
    update(&job.projectID, "project_id")
  }

  private func isNewJob(since state: GcodeState?, subtask: String?) -> Bool {
    if self.state == .prepare || self.state == .slicing { return true }
    if self.state?.isBusy == true, state?.isBusy != true { return true }
    guard let known = subtask, let now = job.subtaskID else { return false }
    return now != known && now != "0"
  }

  private mutating func mergeProgress(_ status: [String: JSONValue], isNewJob: Bool) {
    let layers = status["3D"]?.object ?? [:]
    let count = 0...10_000_000
    if let percent = status.integer("mc_percent", in: 0...100) ?? status.integer("percent", in: 0...100) {
      job.progress = percent
    }
    if let minutes = status.integer("mc_remaining_time", in: count) ?? status.integer("remain_time", in: count) {
      job.remainingMinutes = minutes
    }
    if let layer = status.integer("layer_num", in: count) ?? layers.integer("layer_num", in: count) {
      job.layer = layer
    }
    if let total = status.integer("total_layer_num", in: count) ?? layers.integer("total_layer_num", in: count) {
      // At the end of a job the printer forgets how many there were.
      if total > 0 || isNewJob || job.totalLayers == nil { job.totalLayers = total }
    }
    if let percent = status.integer("gcode_file_prepare_percent", in: 0...100)
      ?? status.integer("prepare_per", in: 0...100)
    {
      job.preparePercent = percent
    }
    if let word = status["fail_reason"]?.lenientErrorWord { job.failReason = PrintErrorCode(reported: word) }
    if let objects = status["s_obj"]?.array {
      job.skippedObjects = objects.prefix(Self.skippedLimit).compactMap { value in
        value.lenientInteger.flatMap { (0...Int(UInt32.max)).contains($0) ? $0 : nil }
      }
    }
  }

  /// The stage after the rules of section 3.4: P1 and A1 say 0 ("printing") when they are idle, and outside of a job
  /// the number is left over from the last one.
  func shownStage(model: PrinterModel?) -> PrintStage? {
    guard let stage else { return nil }
    let isIdle: Bool =
      switch state {
      case .idle, .finish, .failed: true
      case .prepare, .slicing, .running, .pause, nil: stage == 0 && job.printType == "idle"
      }
    guard isIdle, stage != -1, stage != 255 else { return PrintStage(id: stage, name: StageNames.name(of: stage)) }
    let idle = model.map { $0.series == .p1 || $0.series == .a1 } ?? (job.printType == "idle") ? 255 : -1
    return PrintStage(id: idle, name: StageNames.name(of: idle))
  }
}

extension PrintErrorCode {
  /// Nil for zero, and for low parts under 0x4000, which mark phases and no errors (section 3.7).
  init?(reported word: UInt32) {
    guard word & 0xFFFF >= 0x4000 else { return nil }
    self.init(rawValue: word)
  }
}
