import Model
import Service
import Wire

/// The fields of a sign-in. A password is taken as it is: blanks at its ends belong to it.
enum AuthFields {
  static let password = secret("password", "The board's password.")
  static let current = secret("current", "The password that holds now.")
  static let new = InputField(
    "new", .string(length: PasswordKeeper.length, format: "password"), "The new one, 8 to 256 characters.",
    example: "a sentence of your own"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, PasswordKeeper.fits(text) else {
      throw PasswordKeeper.lengthProblem("new")
    }
    return Secret(text)
  }

  private static func secret(_ name: String, _ note: String) -> InputField<Secret> {
    InputField(name, .string(length: nil, format: "password"), note, example: "correct horse battery") {
      (json) throws(InvalidValue) in
      guard let text = json.string else { throw InvalidValue(name, "must be a string, not \(json.kind)") }
      return Secret(text)
    }
  }
}

/// The body of `POST /auth/login`.
struct SignIn: WireInput {
  let password: Secret

  static let name = "Login"
  static let fields: [DeclaredInput] = [.required(AuthFields.password)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let password = reader.required(AuthFields.password) else { throw reader.fault }
    self.password = password
  }
}

/// The body of `PUT /auth/password`.
struct ChangePassword: WireInput {
  let current: Secret
  let new: Secret

  static let name = "ChangePassword"
  static let fields: [DeclaredInput] = [.required(AuthFields.current), .required(AuthFields.new)]

  init(_ reader: inout InputReader) throws(Fault) {
    let current = reader.required(AuthFields.current)
    let new = reader.required(AuthFields.new)
    guard let current, let new else { throw reader.fault }
    self.current = current
    self.new = new
  }
}
