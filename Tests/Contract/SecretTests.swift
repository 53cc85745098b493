import Model
import Simulator
import TestKit
import Testing
import Wire

/// Access codes and keys are in no answer and in no log line, however much is logged.
struct SecretTests {
  @Test("No secret is answered or logged, with everything logged that can be")
  func noSecretShows() async throws {
    let printers = [PrinterSpecification(model: .p1s), PrinterSpecification(model: .x1c, certificate: .otherSerial)]
    try await Stage.play(printers, arguments: ["--log-level", "trace"]) { stage in
      var answers: [String] = []
      func send(_ method: String, _ path: String, _ json: JSONValue? = nil) throws {
        answers.append(try stage.client.send(method, "/api/v1\(path)", json: json).text)
      }
      let codes = try stage.printers.map { printer in
        try send("POST", "/printers", Stage.entry(printer))
        return printer.accessCode.secret.exposed
      }
      try await stage.status(1, is: "idle")
      try await stage.status(2, is: "error")
      let wrong = "wrong-code-42"
      try send("PATCH", "/printers/1", ["access_code": .string(wrong)])
      try await stage.status(1, is: "error")
      // What a client sends in a wrong place is not shown to it either.
      try send("POST", "/printers", ["name": .string(wrong), "access_code": ["value": .string(wrong)]])
      for path in ["", "/1", "/1/status", "/2/status"] { try send("GET", "/printers\(path)") }
      for path in ["/api-keys", "/system/info", "/health"] { try send("GET", path) }
      let key = try #require(stage.client.key)
      answers.append(try HTTPClient(port: stage.service.port).get("/api/v1/printers?api_key=\(key)").text)
      let socket = try WebSocketClient(port: stage.service.port, key: key)
      try socket.send(["type": "ping"])
      _ = try socket.next { message in
        answers.append("\(message)")
        return message["type"] == "pong"
      }
      let log = stage.service.process.text
      #expect(log.contains("trace") || log.contains("debug") || log.contains("info"))
      for secret in codes + [wrong, key] {
        #expect(!log.contains(secret), "a secret is in the log")
        #expect(answers.allSatisfy { !$0.contains(secret) }, "a secret is in an answer")
      }
    }
  }
}
