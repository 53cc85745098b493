import Model
import Rules
package import Service
import Store
import Wire

/// `/cloud` (contract, section 5, "Cloud").
package struct CloudRoutes: Sendable {
  private let desk: CloudDesk

  package init(desk: CloudDesk) { self.desk = desk }

  package var operations: [Operation] { account + lists + profiles + uploads }

  private var account: [Operation] {
    [
      .change(
        .post, "/cloud/login", id: "sign_in_to_cloud", topic: .cloud, summary: "Sign in to the cloud",
        details: """
          Begin with the password. Where the answer's `state` is `code_required`, a code was sent to the account: send \
          `account` and `code`. Where it is `tfa_required`, send `account` and `tfa_code`. The password is not kept.
          """,
        access: .permission(.admin), rate: .write, takes: CloudLogin.self, errors: [.cloudError]
      ) { _, input in CloudStatusView(standing: try await desk.signIn(input.account, input.credential)) },
      .action(
        .post, "/cloud/logout", id: "sign_out_of_cloud", topic: .cloud, summary: "Sign out of the cloud",
        details: "The token and the profiles that were kept are erased.", access: .permission(.admin), rate: .write
      ) { _ in
        try await desk.signOut()
        return CloudStatusView(standing: try await desk.standing())
      },
      .get(
        "/cloud/status", id: "get_cloud_status", topic: .cloud, summary: "See how the sign-in stands",
        access: .permission(.read)
      ) { _ in CloudStatusView(standing: try await desk.standing()) },
    ]
  }

  private static let deviceFilter = Parameter<String>(
    name: "serial_number", place: .query,
    schema: .string(length: CloudID.length, format: nil, pattern: CloudID.pattern),
    note: "Only prints of this printer.", example: "01P00A123456789"
  ) { (text) throws(Fault) in
    guard CloudID.length.contains(text.utf8.count), CloudID.hasForm(text) else {
      throw Fault(InvalidValue("serial_number", "must be 1 to 64 letters, digits, underscores, points and hyphens"))
    }
    return text
  }

  private var lists: [Operation] {
    [
      .list(
        "/cloud/devices", id: "list_cloud_devices", topic: .cloud, summary: "List the printers of the account",
        details: """
          With the access codes, so that a printer can be added here: send `name`, `serial_number` and `access_code` to \
          `POST /printers`, with the `ip_address` that `GET /printers/discover` or the printer's screen gives.
          """, access: .permission(.admin), errors: [.cloudError]
      ) { _ in try await desk.devices().map(CloudDeviceView.init) },
      Operation(
        .get, "/cloud/tasks", id: "list_cloud_tasks", topic: .cloud, summary: "List prints that the cloud remembers",
        details: "The newest first; 20 where nothing else is asked for. The cloud is asked for 2,000 at most.",
        access: .permission(.read), rate: .read, parameters: [Self.deviceFilter.declared] + Page.parameters,
        answer: .list(of: CloudTaskView.self), errors: [.cloudError]
      ) { call in
        let page = try call.page(defaultLimit: 20)
        let found = try await desk.tasks(
          device: try call.query(Self.deviceFilter), visible: call.caller.printers, limit: page.limit,
          offset: page.offset)
        return .list(found.tasks.map(CloudTaskView.init), page: page, total: found.total)
      },
    ]
  }

  private static let typeFilter = Parameter<CloudProfileType>(
    name: "type", place: .query, schema: .choice(CloudProfileType.allCases.map(\.rawValue)),
    note: "Only profiles for this.", example: "filament"
  ) { (text) throws(Fault) in
    guard let type = CloudProfileType(rawValue: text) else {
      let words = CloudProfileType.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(InvalidValue("type", "must be one of \(words)"))
    }
    return type
  }

  private static let profileID = Parameter<String>(
    name: "id", place: .path, schema: .string(length: CloudID.length, format: nil, pattern: CloudID.pattern),
    note: "The cloud's number of the profile.", example: "GP004"
  ) { (text) throws(Fault) in
    guard CloudID.fits(text) else { throw Fault(.profileNotFound, "There is no profile \(quoted(text)).") }
    return text
  }

  private var profiles: [Operation] {
    [
      Operation(
        .get, "/cloud/profiles", id: "list_cloud_profiles", topic: .cloud, summary: "List the slicer's profiles",
        details: "As the last sync has seen them; the cloud is not asked.", access: .permission(.read), rate: .read,
        parameters: [Self.typeFilter.declared] + Page.parameters, answer: .list(of: CloudProfileView.self)
      ) { call in
        let page = try call.page()
        let found = try await desk.profiles(
          type: try call.query(Self.typeFilter), limit: page.limit, offset: page.offset)
        return .list(found.profiles.map(CloudProfileView.init), page: page, total: found.total)
      },
      .get(
        "/cloud/profiles/{id}", id: "get_cloud_profile", topic: .cloud, summary: "Get a profile with its settings",
        details: "Settings that are not kept here come from the cloud, and are kept then.",
        access: .permission(.read), parameters: [Self.profileID.declared], errors: [.profileNotFound, .cloudError]
      ) { call in
        let found = try await desk.profile(try call.path(Self.profileID))
        return CloudProfileDetailView(profile: found.profile, settings: found.settings)
      },
      .action(
        .post, "/cloud/sync", id: "sync_cloud_profiles", topic: .cloud, summary: "Fetch the account's profiles",
        details: "All or nothing: a sync that fails leaves what was there.", access: .permission(.admin), rate: .write,
        errors: [.cloudError, .conflict]
      ) { _ in
        let done = try await desk.sync()
        return CloudSyncView(changes: done.changes, at: done.at)
      },
      Operation(
        .post, "/cloud/templates", id: "create_cloud_template", topic: .cloud,
        summary: "Make a profile of the account's own", access: .permission(.admin), rate: .write,
        body: BodyDeclaration(CloudTemplate.self), answer: .value(CloudProfileDetailView.self, status: 201),
        errors: [.cloudError]
      ) { call in
        let input = try await call.body(as: CloudTemplate.self)
        let made = try await desk.makeTemplate(
          name: input.title, type: input.type, baseID: input.baseID, settings: input.settings)
        return .value(
          CloudProfileDetailView(profile: made.profile, settings: made.settings), status: 201,
          location: "\(apiBase)/cloud/profiles/\(made.profile.id)")
      },
    ]
  }

  private static let uploadID = Parameter<Int64>.id(
    "id", "The upload's number.", missing: .notFound, noun: "upload"
  ) { $0 }

  private var uploads: [Operation] {
    [
      .create(
        "/cloud/uploads", id: "upload_to_cloud", topic: .cloud, summary: "Send a file of the archive to the cloud",
        details:
          "Goes on after the answer; `GET /cloud/uploads/{id}` says how far it is. One goes at a time, ten an hour.",
        access: .permission(.admin), takes: CloudUploadOrder.self, errors: [.cloudError, .archiveNotFound, .conflict]
      ) { call, input in
        let made = try await desk.upload(input.archive, visible: call.caller.printers)
        return (CloudUploadView(record: made), made.id)
      },
      .get(
        "/cloud/uploads/{id}", id: "get_cloud_upload", topic: .cloud, summary: "See how an upload stands",
        details: "The last 200 are remembered.", access: .permission(.read), parameters: [Self.uploadID.declared],
        errors: [.notFound]
      ) { call in
        CloudUploadView(
          record: try await desk.upload(number: try call.path(Self.uploadID), visible: call.caller.printers))
      },
    ]
  }
}
