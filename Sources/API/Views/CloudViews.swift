import Model
import Service
import Store
import Wire

/// What the cloud itself said of an error (contract, section 5, "Cloud").
struct CloudProblemView {
  let problem: CloudProblem

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("code")
    problem.code.write(to: &json)
    json.key("error")
    problem.error.write(to: &json)
    json.key("message")
    json.write(problem.message)
    json.key("details")
    if let details = problem.details { json.raw(details.utf8) } else { json.null() }
    json.endObject()
  }
}

/// How the sign-in to the cloud stands.
struct CloudStatusView: WireObject {
  let standing: CloudStanding

  static let name = "CloudStatus"
  static let fields: [ObjectField<CloudStatusView>] = [
    ObjectField("signed_in", "Whether there is a sign-in that has not ended.") { $0.standing.state == .signedIn },
    ObjectField(
      "state", "What is due: nothing, a code, a second factor, or another sign-in.",
      schema: .choice(CloudStanding.State.allCases.map(\.rawValue)), example: "signed_in"
    ) { $0.standing.state.rawValue },
    ObjectField(
      "region", "The setting `cloud.region`.", schema: .choice(CloudRegion.allCases.map(\.rawValue)), example: "global"
    ) { $0.standing.region.rawValue },
    ObjectField(
      "base_url", "Where the cloud is; null where the settings do not say.", example: "https://api.bambulab.com"
    ) { $0.standing.base },
    ObjectField("account", "The account, its middle hidden.", example: "j•••@example.com") { $0.standing.account },
    ObjectField("user_name", "The account's name in the cloud.", example: "Jane") { $0.standing.userName },
    ObjectField(
      "token", "Whether the cloud takes the sign-in; asked at most every five minutes, `unknown` while it is silent.",
      schema: .choice(CloudStanding.Verdict.allCases.map(\.rawValue)), example: "valid"
    ) { $0.standing.verdict.rawValue },
    ObjectField("signed_in_at", "When somebody signed in.") { $0.standing.signedInAt },
    ObjectField("expires_at", "When somebody must sign in again.") { $0.standing.expiresAt },
    ObjectField("synced_at", "When profiles were synced last.") { $0.standing.syncedAt },
    ObjectField("profiles", "Profiles that are kept here.", example: 214) { $0.standing.profiles },
  ]
}

/// A printer of the account.
struct CloudDeviceView: WireObject {
  let entry: CloudDeviceEntry

  static let name = "CloudDevice"
  static let fields: [ObjectField<CloudDeviceView>] = [
    ObjectField("serial_number", "The printer's serial number, as the cloud writes it.", example: "01P00A123456789") {
      $0.entry.device.id
    },
    ObjectField("name", "What it is called in the account.", example: "Workshop") { $0.entry.device.name },
    ObjectField("model", "Its model, in the cloud's words.", example: "P1S") { $0.entry.device.model },
    ObjectField("online", "Whether it is connected to the cloud.") { $0.entry.device.isOnline },
    ObjectField("print_status", "The cloud's word for what it does.", example: "SUCCESS") {
      $0.entry.device.printStatus
    },
    ObjectField("nozzle_diameter", "In millimetres.", example: 0.4) { $0.entry.device.nozzle },
    ObjectField(
      "access_code", "The code of its screen, to be sent to `POST /printers` with its address.", example: "12345678"
    ) { $0.entry.device.accessCode?.exposed },
    ObjectField("printer_id", "The printer here with this serial number; null where there is none.", example: 1) {
      $0.entry.printer?.rawValue
    },
  ]
}

/// A print as the cloud remembers it.
struct CloudTaskView: WireObject {
  let entry: CloudTaskEntry

  static let name = "CloudTask"
  static let fields: [ObjectField<CloudTaskView>] = [
    ObjectField("id", "The cloud's number of it.", example: "123456789") { $0.entry.task.id },
    ObjectField("title", "What was printed.", example: "Benchy") { $0.entry.task.title },
    ObjectField(
      "status", "How it stands.", schema: .choice(CloudTask.Status.allCases.map(\.rawValue)), example: "finished"
    ) { $0.entry.task.status.rawValue },
    ObjectField("serial_number", "The printer's serial number.", example: "01P00A123456789") {
      $0.entry.task.deviceID
    },
    ObjectField("printer_id", "The printer here with this serial number; null where there is none.", example: 1) {
      $0.entry.printer?.rawValue
    },
    ObjectField("model", "The printer's model, in the cloud's words.", example: "P1S") { $0.entry.task.model },
    ObjectField("started_at", "When it began.") { $0.entry.task.startedAt },
    ObjectField("ended_at", "When it ended.") { $0.entry.task.endedAt },
    ObjectField("duration", "Seconds from start to end.", example: 5400) { $0.entry.task.duration },
    ObjectField("estimated_time", "Seconds, as the slicer reckoned.", example: 5100) { $0.entry.task.estimatedTime },
    ObjectField("filament_used", "Grams.", example: 12.5) { $0.entry.task.weight },
    ObjectField("plate", "The plate's number.", example: 1) { $0.entry.task.plate },
    ObjectField("bed_type", "The plate's surface, in the cloud's words.", example: "textured_plate") {
      $0.entry.task.bedType
    },
    ObjectField("filaments", "What it was printed with.") { view in
      view.entry.task.filaments.map { CloudFilamentView(filament: $0) }
    },
  ]
}

/// A filament of a print.
struct CloudFilamentView: WireObject {
  let filament: CloudTask.Filament

  static let name = "CloudTaskFilament"
  static let fields: [ObjectField<CloudFilamentView>] = [
    ObjectField("tray", "The global number of the tray.", example: 0) { $0.filament.tray },
    ObjectField("type", "The material.", example: "PLA") { $0.filament.type },
    ObjectField("color", "RRGGBB or RRGGBBAA.", example: "FF6A13FF") { $0.filament.color },
    ObjectField("filament_id", "The maker's number of it.", example: "GFA00") { $0.filament.filamentID },
    ObjectField("weight", "Grams.", example: 12.5) { $0.filament.weight },
  ]
}

/// A profile of the slicer.
struct CloudProfileView: WireObject {
  let profile: CloudProfile

  static let name = "CloudProfile"
  static let fields: [ObjectField<CloudProfileView>] = [
    ObjectField("id", "The cloud's number of it.", example: "GP004") { $0.profile.id },
    ObjectField("name", "What it is called.", example: "0.20mm Standard") { $0.profile.name },
    ObjectField(
      "type", "What it is for.", schema: .choice(CloudProfileType.allCases.map(\.rawValue)), example: "print"
    ) { $0.profile.type.rawValue },
    ObjectField("base_id", "The number of the profile that it builds on.", example: "GP004") { $0.profile.baseID },
    ObjectField("version", "Its version.", example: "1.10.0.89") { $0.profile.version },
    ObjectField("updated_at", "When it was changed in the cloud.") { $0.profile.updatedAt },
    ObjectField("own", "Whether it is the account's own.") { $0.profile.isOwn },
  ]
}

/// A profile with all that it says.
struct CloudProfileDetailView: WireObject {
  let profile: CloudProfile
  let settings: JSONValue

  static let name = "CloudProfileDetail"
  static let fields: [ObjectField<CloudProfileDetailView>] =
    CloudProfileView.fields.map { field in
      ObjectField(wrapping: field) { CloudProfileView(profile: $0.profile) }
    } + [
      ObjectField(
        named: "settings", "Its settings, by the slicer's names.", schema: .map(.anything),
        example: ["layer_height": "0.2"]
      ) { $1.write($0.settings) }
    ]
}

/// What a sync has changed.
struct CloudSyncView: WireObject {
  let changes: CloudProfileRepository.Changes
  let at: Timestamp

  static let name = "CloudSync"
  static let fields: [ObjectField<CloudSyncView>] = [
    ObjectField("added", "Profiles that are new.", example: 3) { $0.changes.added },
    ObjectField("changed", "Profiles that are others than before.", example: 1) { $0.changes.changed },
    ObjectField("removed", "Profiles that are gone.", example: 0) { $0.changes.removed },
    ObjectField("at", "When that was.") { $0.at },
  ]
}

/// A file on its way to the cloud.
struct CloudUploadView: WireObject {
  let record: CloudUploadRecord

  static let name = "CloudUpload"
  static let fields: [ObjectField<CloudUploadView>] = [
    ObjectField("id", "The upload's number.", example: 1) { $0.record.id },
    ObjectField(
      "state", "The step that it has come to.", schema: .choice(CloudUploadRecord.State.allCases.map(\.rawValue)),
      example: "uploading"
    ) { $0.record.state.rawValue },
    ObjectField("progress", "Per cent of its bytes that have gone out.", example: 42) { view in
      let record = view.record
      if record.state == .done { return 100 }
      return record.bytes > 0 ? Int(min(100, record.sentBytes * 100 / record.bytes)) : 0
    },
    ObjectField("archive_id", "The record whose file it is; null once that is gone.", example: 1) {
      $0.record.archiveID?.rawValue
    },
    ObjectField("filename", "Its name there.", example: "benchy.gcode.3mf") { $0.record.filename },
    ObjectField("size", "Bytes.", example: 1_048_576) { $0.record.bytes },
    ObjectField("file_id", "The cloud's number of the file, once it is known.", example: "f-123") { $0.record.fileID },
    ObjectField("error", "Why it failed; null unless it did.", example: .null) { $0.record.error },
    ObjectField("created_at", "When it was asked for.") { $0.record.createdAt },
    ObjectField("updated_at", "When its state changed last.") { $0.record.updatedAt },
  ]
}
