import HTTPServer
import Model
import Testing
import Wire

@testable import API

/// What declares too little does not start.
@Suite struct DeclarationCheckTests {
  private struct Answer: WireObject {
    static let name = "Answer"
    static let fields: [ObjectField<Answer>] = [ObjectField("id", "Its number.", example: 1) { _ in 1 }]
  }

  private struct Mute: WireObject {
    static let name = "Mute"
    static let fields: [ObjectField<Mute>] = [
      ObjectField("number", "A number.") { _ in 1 }, ObjectField("text", "", example: "x") { _ in "x" },
      ObjectField("text", "A text.", example: "x") { _ in "x" },
    ]
  }

  private struct Impostor: WireObject {
    static let name = "Answer"
    static let fields: [ObjectField<Impostor>] = [ObjectField("other", "Other.", example: 1) { _ in 1 }]
  }

  private static let id = Parameter<Int64>.id("id", "Its number.", missing: .notFound, noun: "thing") { $0 }

  private static func operation<Output: WireValue>(
    _ path: String = "/things", id: String = "get_thing", summary: String = "Get a thing",
    parameters: [DeclaredParameter] = [], answers: Output
  ) -> API.Operation {
    .get(
      path, id: id, topic: .system, summary: summary, access: .anyone, parameters: parameters
    ) { _ in answers }
  }

  private static func problem(_ operations: API.Operation...) -> String? {
    do throws(RouteDeclarationError) {
      _ = try DeclarationCheck(operations)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aCompleteOperationPasses() {
    #expect(Self.problem(Self.operation(answers: Answer())) == nil)
    #expect(
      Self.problem(
        Self.operation(answers: Answer()),
        Self.operation("/things/{id}", id: "get_one", parameters: [Self.id.declared], answers: [Answer()])) == nil)
  }

  @Test func anOperationSaysWhatItIs() throws {
    for (operation, words) in [
      (Self.operation(id: "", answers: Answer()), "no id"), (Self.operation(id: "things", answers: Answer()), "no id"),
      (Self.operation(id: "getThing", answers: Answer()), "no id"),
      (Self.operation(summary: "", answers: Answer()), "no summary"),
      (Self.operation("/things/{id}", answers: Answer()), "parameters of its path"),
      (Self.operation(parameters: [Self.id.declared], answers: Answer()), "parameters of its path"),
    ] {
      let problem = try #require(Self.problem(operation))
      #expect(problem.contains(words), "\(problem)")
    }
    let twice = try #require(Self.problem(Self.operation(answers: Answer()), Self.operation(answers: Answer())))
    #expect(twice.contains("id of another"))
  }

  @Test func aParameterHasANoteAndAnExample() throws {
    func parameter(note: String, example: JSONValue?) -> DeclaredParameter {
      DeclaredParameter(
        name: "word", place: .query, schema: .string, note: note, example: example, isRequired: false)
    }
    #expect(Self.problem(Self.operation(parameters: [parameter(note: "A word.", example: "x")], answers: 1)) == nil)
    let silent = try #require(
      Self.problem(Self.operation(parameters: [parameter(note: "", example: "x")], answers: 1)))
    #expect(silent.contains("say what word is"))
    let bare = try #require(
      Self.problem(Self.operation(parameters: [parameter(note: "A word.", example: nil)], answers: 1)))
    #expect(bare.contains("example of word"))
  }

  @Test func everyMemberOfAnAnswerHasANoteAndAnExampleAndAllProblemsAreToldAtOnce() throws {
    let problem = try #require(Self.problem(Self.operation(answers: [Mute()])))
    for words in ["Mute", "no example of number", "say what text is", "has text twice"] {
      #expect(problem.contains(words), "\(problem)")
    }
  }

  @Test func twoObjectsCannotShareAName() throws {
    let problem = try #require(
      Self.problem(
        Self.operation(answers: Answer()), Self.operation("/others", id: "get_other", answers: Impostor())))
    #expect(problem.contains("called Answer"))
  }
}
