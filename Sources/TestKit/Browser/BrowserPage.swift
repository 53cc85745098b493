import Glibc
package import Wire

/// A tab: what a person does in it, and what it asked for and said meanwhile.
package final class BrowserPage {
  private let browser: Browser
  private let session: String

  /// Every address that the page asked for, WebSockets included.
  package private(set) var requests: [String] = []
  /// Everything that the console shows at a level that matters: errors, warnings, exceptions, violated policies.
  package private(set) var complaints: [String] = []

  init(browser: Browser, session: String) {
    self.browser = browser
    self.session = session
  }

  @discardableResult
  package func call(_ method: String, _ parameters: JSONValue = [:]) throws -> JSONValue {
    try browser.call(method, parameters, session: session)
  }

  func note(_ method: String, _ parameters: JSONValue) {
    switch method {
    case "Network.requestWillBeSent":
      if let url = parameters["request"]?["url"]?.string { requests.append(url) }
    case "Network.webSocketCreated":
      if let url = parameters["url"]?.string { requests.append(url) }
    case "Runtime.consoleAPICalled":
      guard let kind = parameters["type"]?.string, kind == "error" || kind == "warning" else { return }
      complaints.append("\(kind): \(parameters["args"]?.array?.compactMap { $0["value"]?.string } ?? [])")
    case "Runtime.exceptionThrown":
      let details = parameters["exceptionDetails"]
      complaints.append("exception: \(details?["exception"]?["description"]?.string ?? details?["text"]?.string ?? "")")
    case "Log.entryAdded":
      let entry = parameters["entry"]
      guard let level = entry?["level"]?.string, level == "error" || level == "warning" else { return }
      complaints.append("\(level): \(entry?["text"]?.string ?? "") \(entry?["url"]?.string ?? "")")
    default: break
    }
  }

  /// Forgets what was complained about, where a test has just provoked it.
  package func forgetComplaints() throws {
    try evaluate("0")
    complaints = []
  }

  package func open(_ address: String) throws {
    let answer = try call("Page.navigate", ["url": .string(address)])
    if let problem = answer["errorText"]?.string { throw TestKitError("\(address): \(problem)") }
  }

  /// The value of an expression; promises are waited for.
  @discardableResult
  package func evaluate(_ expression: String) throws -> JSONValue {
    let answer = try call(
      "Runtime.evaluate", ["expression": .string(expression), "awaitPromise": true, "returnByValue": true])
    if let problem = answer["exceptionDetails"] {
      throw TestKitError("\(expression): \(problem["exception"]?["description"]?.string ?? "failed")")
    }
    return answer["result"]?["value"] ?? .null
  }

  /// Waits until an expression is true.
  package func until(_ expression: String, within seconds: Double = 30) async throws {
    do {
      _ = try await eventually(within: seconds, expression) { () -> Bool? in
        (try? evaluate("Boolean(\(expression))")) == .bool(true) ? true : nil
      }
    } catch {
      let shown = (try? evaluate("document.body.innerText.slice(0, 1500)"))?.string ?? ""
      throw TestKitError("\(error); the page shows: \(shown); it complains: \(complaints)")
    }
  }

  /// The size of the window in CSS pixels, and what the person prefers.
  package func appear(width: Int64, height: Int64, dark: Bool = false) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": .int(width), "height": .int(height), "deviceScaleFactor": 1, "mobile": .bool(width < 600)])
    try call(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": .string(dark ? "dark" : "light")]]])
  }

  /// Types as a keyboard does, into whatever has the focus.
  package func type(_ text: String) throws {
    for character in text {
      try call("Input.dispatchKeyEvent", ["type": "keyDown", "text": .string(String(character))])
      try call("Input.dispatchKeyEvent", ["type": "keyUp"])
    }
  }

  package enum Key: String {
    case tab = "Tab"
    case enter = "Enter"
    case space = " "
    case escape = "Escape"

    var code: Int64 {
      switch self {
      case .tab: 9
      case .enter: 13
      case .space: 32
      case .escape: 27
      }
    }
  }

  package func press(_ key: Key, shift: Bool = false) throws {
    var event: [String: JSONValue] = [
      "type": "keyDown", "key": .string(key.rawValue), "code": .string(key == .space ? "Space" : key.rawValue),
      "windowsVirtualKeyCode": .int(key.code), "modifiers": .int(shift ? 8 : 0),
    ]
    if key == .enter { event["text"] = "\r" }
    if key == .space { event["text"] = " " }
    try call("Input.dispatchKeyEvent", .object(event))
    event["type"] = "keyUp"
    event["text"] = nil
    try call("Input.dispatchKeyEvent", .object(event))
  }

  /// Presses Tab until what has the focus fits, as somebody without a mouse does.
  package func tab(to what: String, atMost count: Int = 60) throws {
    for _ in 0..<count {
      try press(.tab)
      if try evaluate("((e) => Boolean(\(what)))(document.activeElement)") == .bool(true) { return }
    }
    throw TestKitError("the keyboard does not reach: \(what)")
  }

  /// Clicks in the middle of the first visible element that fits the selector and holds the text.
  package func click(_ selector: String, _ text: String = "") async throws {
    let find = """
      (() => { const fits = [...document.querySelectorAll(\(Self.quoted(selector)))].filter((e) => \
      e.textContent.includes(\(Self.quoted(text))) && e.checkVisibility() && !e.disabled); return fits[0]; })()
      """
    try await until(find)
    let place = try evaluate(
      """
      (() => { const e = \(find); e.scrollIntoView({ block: "center", behavior: "instant" }); \
      const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()
      """)
    for kind in ["mousePressed", "mouseReleased"] {
      try call(
        "Input.dispatchMouseEvent",
        [
          "type": .string(kind), "x": place["x"] ?? .null, "y": place["y"] ?? .null, "button": "left", "clickCount": 1,
        ])
    }
  }

  /// A picture of the window, as base64 of a PNG.
  package func screenshot() throws -> String {
    try call("Page.captureScreenshot", ["format": "png"])["data"]?.string ?? ""
  }

  /// A text as JavaScript writes it.
  package static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.write(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
