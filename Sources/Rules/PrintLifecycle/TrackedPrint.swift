package import Model

/// The job that a printer is being followed through: plain fields, so that a restart can take it up again.
///
/// A job is told from another by task number, file and beginning (protocol sheet, section 7).
package struct TrackedPrint: Hashable, Sendable {
  /// `subtask_id`; nil where the printer says none or `0`.
  package var subtaskID: String?
  package var taskID: String?
  package var taskName: String?
  package var file: String?
  /// 1-based, where the file's name tells it.
  package var plate: Int?
  /// `cloud`, `local` or `system`.
  package var printType: String?
  /// The task number is one that we gave.
  package var isOurs = false
  /// Where on the printer the file lies that we started.
  package var sentFile: String?
  /// The plate of it that we started.
  package var sentPlate: Int?
  /// The record whose file we sent.
  package var archive: ArchiveID?

  /// Our own clock when the start was seen; nil when the job was running already.
  package var startedAt: Timestamp?
  /// When we began to follow it; equal to `startedAt` where that is known.
  package var followedSince: Timestamp
  /// The last report that showed it on the machine.
  package var lastSeenAt: Timestamp
  /// It has been past its preparation; from then on another task number is another job.
  package var hasRun = false

  /// The last values above zero: a cancelled job reports 0 again.
  package var lastPercent: Int?
  package var lastLayer: Int?
  package var totalLayers: Int?
  package var remainingMinutes: Int?
  package var stageID: Int?

  package var pausedSince: Timestamp?
  package var pauseReason: String?

  /// When we sent `stop`.
  package var stopRequestedAt: Timestamp?
  /// When the printer last showed one of the two codes of a cancelled job.
  package var cancelSeenAt: Timestamp?
  /// `fail_reason` as it stood at the start: it belongs to the job before.
  package var priorFailReason: PrintErrorCode?

  package init(followedSince: Timestamp) {
    self.followedSince = followedSince
    lastSeenAt = followedSince
  }

  /// Taken up while it was running, so that nobody saw its beginning.
  package var isObserved: Bool { startedAt == nil }

  /// A run of the printer's own: calibration, unloading (protocol sheet, section 7).
  package var isSystemJob: Bool {
    if printType == "system" { return true }
    guard let file else { return false }
    return file.hasPrefix("/usr/etc/print/") || file.hasSuffix("auto_cali_for_user.gcode")
  }
}

extension TrackedPrint {
  /// Takes over what the report says of the job's identity; true when something was different.
  mutating func identify(from job: ReportedJob) -> Bool {
    let before = self
    if let id = Self.known(id: job.subtaskID) { subtaskID = id }
    if let id = Self.known(id: job.taskID) { taskID = id }
    if let name = Self.known(job.taskName) { taskName = name }
    if let name = Self.known(job.file) {
      file = name
      plate = Self.plate(in: name)
    }
    if let type = job.printType, type == "cloud" || type == "local" || type == "system" { printType = type }
    return self != before
  }

  /// Fills what was not known and leaves the rest; true when something is different. The name of a job with the same
  /// task number is taken over: it can lag one plate behind (protocol sheet, section 4).
  mutating func complete(from job: ReportedJob) -> Bool {
    var wanted = ReportedJob()
    if subtaskID == nil { wanted.subtaskID = job.subtaskID }
    if taskID == nil { wanted.taskID = job.taskID }
    if taskName == nil || Self.known(id: job.subtaskID) == subtaskID { wanted.taskName = job.taskName }
    if file == nil { wanted.file = job.file }
    if printType == nil { wanted.printType = job.printType }
    return identify(from: wanted)
  }

  /// Whether the report can be of this job. The task number decides; without one on both sides the file does,
  /// and after an interruption the name as well (it may lag behind while a job begins).
  func matches(_ job: ReportedJob, comparingNames: Bool) -> Bool {
    if let mine = subtaskID, let theirs = Self.known(id: job.subtaskID) { return mine == theirs }
    if let mine = file, let theirs = Self.known(job.file), mine != theirs { return false }
    guard comparingNames, let mine = taskName, let theirs = Self.known(job.taskName) else { return true }
    return mine == theirs
  }

  /// A task number that tells jobs apart: neither missing, empty nor `0`.
  static func known(id: String?) -> String? {
    guard let id = known(id), id != "0" else { return nil }
    return id
  }

  private static func known(_ text: String?) -> String? {
    guard let text, !text.isEmpty else { return nil }
    return text
  }

  /// The number in `…/plate_3.gcode` or `…_plate_3.gcode.3mf`.
  static func plate(in file: String) -> Int? {
    var rest = Substring(file)
    var found: Int?
    while let at = rest.firstIndex(of: "p") {
      rest = rest[at...]
      if rest.hasPrefix("plate_") {
        let digits = rest.dropFirst(6).prefix { $0.isASCII && $0.isNumber }
        if let number = Int(digits), number > 0 { found = number }
      }
      rest = rest.dropFirst()
    }
    return found
  }
}
