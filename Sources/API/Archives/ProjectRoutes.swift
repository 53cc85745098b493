import Model
import Rules
package import Service
package import Store
import Wire

/// `/projects` (contract, section 5).
package struct ProjectRoutes: Sendable {
  private let projects: ProjectRepository
  private let clock: any WallClock

  package init(projects: ProjectRepository, clock: any WallClock) {
    self.projects = projects
    self.clock = clock
  }

  private static let id = Parameter<ProjectID>.id(
    "id", "The project's number.", missing: .projectNotFound, noun: "project"
  ) { ProjectID(rawValue: $0) }

  package var operations: [Operation] {
    [
      .list(
        "/projects", id: "list_projects", topic: .projects, summary: "List projects",
        details: "With the sums of their prints.", access: .permission(.read)
      ) { call in try await projects.all(visible: call.caller.visible).map(ProjectView.init) },
      .get(
        "/projects/{id}", id: "get_project", topic: .projects, summary: "Get a project", access: .permission(.read),
        parameters: [Self.id.declared], errors: [.projectNotFound]
      ) { call in
        let id = try call.path(Self.id)
        guard let project = try await projects.get(id, visible: call.caller.visible) else { throw Self.unknown(id) }
        return ProjectView(project: project)
      },
      .create(
        "/projects", id: "create_project", topic: .projects, summary: "Make a project", access: .permission(.manage),
        takes: CreateProject.self
      ) { _, input in
        let made = try await projects.insert(input.traits, now: clock.now)
        return (ProjectView(project: made), made.id.rawValue)
      },
      change(.patch, id: "update_project"),
      change(.put, id: "replace_project_fields"),
      .action(
        .delete, "/projects/{id}", id: "delete_project", topic: .projects, summary: "Delete a project",
        details: "Its archives stay, without a project.", access: .permission(.manage), rate: .write,
        parameters: [Self.id.declared], errors: [.projectNotFound]
      ) { call in
        let id = try call.path(Self.id)
        try await Self.known(id) { try await projects.delete(id) }
        return DeletedView(id: id.rawValue)
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/projects/{id}", id: id, topic: .projects, summary: "Change a project",
      details: "The fields that are sent change; the others stay as they are.", access: .permission(.manage),
      rate: .write, parameters: [Self.id.declared], takes: ChangeProject.self, errors: [.projectNotFound]
    ) { call, input in
      let id = try call.path(Self.id)
      let visible = call.caller.visible
      return ProjectView(
        project: try await Self.known(id) {
          try await projects.update(id, visible: visible, now: clock.now) { input.apply(to: &$0) }
        })
    }
  }

  private static func known<Value>(_ id: ProjectID, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch ProjectRepository.Refusal.notFound { throw unknown(id) }
  }

  private static func unknown(_ id: ProjectID) -> Fault { Fault(.projectNotFound, "There is no project \(id).") }
}

/// The fields of a project.
private enum ProjectFields {
  static let projectName = InputField<String>.text(
    "name", length: 1...200, "What it is called.", example: "Voron Build")
  static let details = InputField<String>.lines(
    "description", 10_000, "What it is about.", example: "Building a Voron 2.4")
  static let color = InputField<String>.color("To know it by.")
  static let target = InputField<Int64>.integer(
    "target_count", 1...1_000_000, "So many successful prints are wanted.", example: 100)
}

/// The body of `POST /projects`.
struct CreateProject: WireInput {
  let traits: ProjectTraits

  static let name = "CreateProject"
  static let fields: [DeclaredInput] = [
    .required(ProjectFields.projectName), .optional(ProjectFields.details), .optional(ProjectFields.color),
    .optional(ProjectFields.target),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let name = reader.required(ProjectFields.projectName)
    let details = reader.optional(ProjectFields.details)
    let color = reader.optional(ProjectFields.color)
    let target = reader.optional(ProjectFields.target)
    guard let name else { throw reader.fault }
    var traits = ProjectTraits(name: name)
    traits.description = details ?? ""
    traits.color = color
    traits.targetCount = target.map(Int.init)
    self.traits = traits
  }
}

/// The body of `PATCH /projects/{id}`.
struct ChangeProject: WireInput {
  private let newName: String?
  private let details: Change<String>
  private let color: Change<String>
  private let target: Change<Int64>

  static let name = "ChangeProject"
  static let fields: [DeclaredInput] = [
    .replaceable(ProjectFields.projectName), .clearable(ProjectFields.details), .clearable(ProjectFields.color),
    .clearable(ProjectFields.target),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    newName = reader.replacement(ProjectFields.projectName)
    details = reader.change(ProjectFields.details)
    color = reader.change(ProjectFields.color)
    target = reader.change(ProjectFields.target)
  }

  func apply(to traits: inout ProjectTraits) {
    if let newName { traits.name = newName }
    if let details = details.doubled { traits.description = details ?? "" }
    if let color = color.doubled { traits.color = color }
    if let target = target.doubled { traits.targetCount = target.map(Int.init) }
  }
}

/// A project with the sums of its prints.
struct ProjectView: WireObject {
  let project: ProjectRecord

  static let name = "Project"
  static let fields: [ObjectField<ProjectView>] = [
    ObjectField("id", "The project's number.", example: 1) { $0.project.id.rawValue },
    ObjectField("name", "What it is called.", example: "Voron Build") { $0.project.traits.name },
    ObjectField("description", "What it is about.", example: "Building a Voron 2.4") {
      $0.project.traits.description
    },
    ObjectField("color", "To know it by, or null.", example: "#4caf50") { $0.project.traits.color },
    ObjectField("target_count", "So many successful prints are wanted, or null.", example: 100) {
      $0.project.traits.targetCount
    },
    ObjectField(
      "progress", "Per cent of the wanted prints that are there, 100 at most; null without a target.", example: 42
    ) { $0.progress },
    ObjectField("archive_count", "Archives, files that were never printed included.", example: 50) {
      $0.project.sums.archives
    },
    ObjectField("successful_prints", "Prints that succeeded.", example: 42) { $0.project.sums.successful },
    ObjectField("failed_prints", "Prints that failed.", example: 3) { $0.project.sums.failed },
    ObjectField("stopped_prints", "Prints that a person stopped.", example: 1) { $0.project.sums.stopped },
    ObjectField("printing", "Prints that go on.", example: 1) { $0.project.sums.printing },
    ObjectField("total_print_time", "Seconds.", example: 360_000) { $0.project.sums.time },
    ObjectField("total_filament_used", "Grams.", example: 1500.5) { rounded($0.project.sums.filament) },
    ObjectField("total_cost", "In the setting `currency`.", example: 35.25) { rounded($0.project.sums.cost) },
    ObjectField("created_at", "When it was made.") { $0.project.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.project.updatedAt },
  ]

  private var progress: Double? {
    project.traits.targetCount.map { min(100, rounded(Double(project.sums.successful) / Double($0) * 100)) }
  }
}
