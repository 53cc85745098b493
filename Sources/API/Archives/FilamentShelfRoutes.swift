import Model
import Rules
package import Service
package import Store
import Wire

/// `/settings/filaments`: the filaments on the shelf, and what they cost (contract, section 5).
package struct FilamentShelfRoutes: Sendable {
  private let shelf: FilamentRepository
  private let clock: any WallClock

  package init(shelf: FilamentRepository, clock: any WallClock) {
    self.shelf = shelf
    self.clock = clock
  }

  private static let id = Parameter<FilamentID>.id(
    "id", "The filament's number.", missing: .notFound, noun: "filament"
  ) { FilamentID(rawValue: $0) }

  package var operations: [Operation] {
    [
      .list(
        "/settings/filaments", id: "list_filaments", topic: .settings, summary: "List filaments",
        details: "By their prices the cost of a print is reckoned when it ends.", access: .permission(.read)
      ) { _ in try await shelf.all().map(ShelfFilamentView.init) },
      .get(
        "/settings/filaments/{id}", id: "get_filament", topic: .settings, summary: "Get a filament",
        access: .permission(.read), parameters: [Self.id.declared], errors: [.notFound]
      ) { call in
        let id = try call.path(Self.id)
        guard let filament = try await shelf.get(id) else { throw Self.unknown(id) }
        return ShelfFilamentView(filament: filament)
      },
      .create(
        "/settings/filaments", id: "add_filament", topic: .settings, summary: "Add a filament",
        access: .permission(.manage), takes: AddFilament.self
      ) { _, input in
        let made = try await shelf.insert(input.traits, now: clock.now)
        return (ShelfFilamentView(filament: made), made.id.rawValue)
      },
      change(.patch, id: "update_filament"),
      change(.put, id: "replace_filament_fields"),
      .action(
        .delete, "/settings/filaments/{id}", id: "delete_filament", topic: .settings, summary: "Delete a filament",
        access: .permission(.manage), rate: .write, parameters: [Self.id.declared], errors: [.notFound]
      ) { call in
        let id = try call.path(Self.id)
        try await Self.known(id) { try await shelf.delete(id) }
        return DeletedView(id: id.rawValue)
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/settings/filaments/{id}", id: id, topic: .settings, summary: "Change a filament",
      details: "The fields that are sent change; the others stay as they are. Prints keep the cost that they have.",
      access: .permission(.manage), rate: .write, parameters: [Self.id.declared], takes: ChangeFilament.self,
      errors: [.notFound]
    ) { call, input in
      let id = try call.path(Self.id)
      return ShelfFilamentView(
        filament: try await Self.known(id) { try await shelf.update(id, now: clock.now) { input.apply(to: &$0) } })
    }
  }

  private static func known<Value>(_ id: FilamentID, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch FilamentRepository.Refusal.notFound { throw unknown(id) }
  }

  private static func unknown(_ id: FilamentID) -> Fault { Fault(.notFound, "There is no filament \(id).") }
}

/// The fields of a filament on the shelf.
private enum ShelfFields {
  static let title = InputField<String>.text("name", length: 1...100, "What it is called.", example: "PLA Basic black")
  static let type = InputField<String>.text(
    "type", length: 1...40, "The material, as files name it: by it a print's filament is told.", example: "PLA")
  static let brand = InputField<String>.text("brand", length: 1...100, "Who makes it.", example: "Bambu Lab")
  static let color = InputField<String>.color(
    "The colour for which the price is; without one it is for all of the type.")
  static let price = InputField<Double>.number(
    "cost_per_kg", 0...100_000, "What a kilogram costs, in the setting `currency`.", example: 24.99)
  static let density = InputField<Double>.number("density", 0.1...25, "Grams per cubic centimetre.", example: 1.24)
  static let nozzle = InputField<Int64>.integer("nozzle_temp", 0...500, "Degrees Celsius.", example: 220)
  static let bed = InputField<Int64>.integer("bed_temp", 0...200, "Degrees Celsius.", example: 60)
}

/// The body of `POST /settings/filaments`.
struct AddFilament: WireInput {
  let traits: FilamentTraits

  static let name = "AddFilament"
  static let fields: [DeclaredInput] = [
    .required(ShelfFields.title), .required(ShelfFields.type), .optional(ShelfFields.brand),
    .optional(ShelfFields.color), .optional(ShelfFields.price), .optional(ShelfFields.density),
    .optional(ShelfFields.nozzle), .optional(ShelfFields.bed),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let title = reader.required(ShelfFields.title)
    let type = reader.required(ShelfFields.type)
    var traits = FilamentTraits(name: title ?? "", type: type ?? "")
    traits.brand = reader.optional(ShelfFields.brand)
    traits.color = reader.optional(ShelfFields.color)
    traits.costPerKilogram = reader.optional(ShelfFields.price)
    traits.density = reader.optional(ShelfFields.density)
    traits.nozzleTemperature = reader.optional(ShelfFields.nozzle).map(Int.init)
    traits.bedTemperature = reader.optional(ShelfFields.bed).map(Int.init)
    self.traits = traits
  }
}

/// The body of `PATCH /settings/filaments/{id}`.
struct ChangeFilament: WireInput {
  private let title: String?
  private let type: String?
  private let brand: Change<String>
  private let color: Change<String>
  private let price: Change<Double>
  private let density: Change<Double>
  private let nozzle: Change<Int64>
  private let bed: Change<Int64>

  static let name = "ChangeFilament"
  static let fields: [DeclaredInput] = [
    .replaceable(ShelfFields.title), .replaceable(ShelfFields.type), .clearable(ShelfFields.brand),
    .clearable(ShelfFields.color), .clearable(ShelfFields.price), .clearable(ShelfFields.density),
    .clearable(ShelfFields.nozzle), .clearable(ShelfFields.bed),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    title = reader.replacement(ShelfFields.title)
    type = reader.replacement(ShelfFields.type)
    brand = reader.change(ShelfFields.brand)
    color = reader.change(ShelfFields.color)
    price = reader.change(ShelfFields.price)
    density = reader.change(ShelfFields.density)
    nozzle = reader.change(ShelfFields.nozzle)
    bed = reader.change(ShelfFields.bed)
  }

  func apply(to traits: inout FilamentTraits) {
    if let title { traits.name = title }
    if let type { traits.type = type }
    if let brand = brand.doubled { traits.brand = brand }
    if let color = color.doubled { traits.color = color }
    if let price = price.doubled { traits.costPerKilogram = price }
    if let density = density.doubled { traits.density = density }
    if let nozzle = nozzle.doubled { traits.nozzleTemperature = nozzle.map(Int.init) }
    if let bed = bed.doubled { traits.bedTemperature = bed.map(Int.init) }
  }
}

/// A filament on the shelf.
struct ShelfFilamentView: WireObject {
  let filament: FilamentRecord

  static let name = "Filament"
  static let fields: [ObjectField<ShelfFilamentView>] = [
    ObjectField("id", "The filament's number.", example: 1) { $0.filament.id.rawValue },
    ObjectField("name", "What it is called.", example: "PLA Basic black") { $0.filament.traits.name },
    ObjectField("type", "The material.", example: "PLA") { $0.filament.traits.type },
    ObjectField("brand", "Who makes it, or null.", example: "Bambu Lab") { $0.filament.traits.brand },
    ObjectField("color", "The colour for which the price is, or null for all.", example: "#000000") {
      $0.filament.traits.color
    },
    ObjectField("cost_per_kg", "What a kilogram costs, or null.", example: 24.99) {
      $0.filament.traits.costPerKilogram
    },
    ObjectField("density", "Grams per cubic centimetre, or null.", example: 1.24) { $0.filament.traits.density },
    ObjectField("nozzle_temp", "Degrees Celsius, or null.", example: 220) { $0.filament.traits.nozzleTemperature },
    ObjectField("bed_temp", "Degrees Celsius, or null.", example: 60) { $0.filament.traits.bedTemperature },
    ObjectField("created_at", "When it was added.") { $0.filament.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.filament.updatedAt },
  ]
}
