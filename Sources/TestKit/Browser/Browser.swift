import Glibc
package import Wire

/// A real Chromium without a window, driven over its own debugging protocol. It has a profile of its own, and ends with
/// its last owner.
package final class Browser {
  private let process: ChildProcess
  private let folder: TemporaryFolder
  private let socket: WebSocketClient
  private var lastCall: Int64 = 0
  /// Every page that was opened here, by its session.
  private var listeners: [String: (String, JSONValue) -> Void] = [:]

  /// Where Debian's package puts it.
  package static let program = "/usr/bin/chromium"

  /// - Parameter arguments: beside those that keep it quiet and by itself.
  package static func start(_ arguments: [String] = []) async throws -> Browser {
    let folder = try TemporaryFolder()
    let process = try ChildProcess(
      program,
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--remote-debugging-port=0", "--user-data-dir=\(folder.path)/profile",
      ] + arguments + ["about:blank"],
      environment: ["HOME": folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
    let address = try await eventually(within: 60, "Chromium listens; it said: \(process.text)") { () -> String? in
      let words = process.text.split { $0.isWhitespace }
      return words.first { $0.hasPrefix("ws://") && $0.contains("/devtools/") }.map(String.init)
    }
    let parts = address.dropFirst("ws://".count).split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let port = parts[0].split(separator: ":").last.flatMap({ Int($0) }) else {
      throw TestKitError("no debugging address: \(address)")
    }
    return Browser(
      process: process, folder: folder,
      socket: try WebSocketClient(port: port, target: "/\(parts[1])", host: String(parts[0]), timeout: 60))
  }

  private init(process: ChildProcess, folder: TemporaryFolder, socket: WebSocketClient) {
    self.process = process
    self.folder = folder
    self.socket = socket
  }

  /// A fresh tab, which records from now on what it asks for and what it says.
  package func openPage() throws -> BrowserPage {
    let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] ?? .null
    guard let session = try call("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"]?.string
    else { throw TestKitError("the tab has no session") }
    let page = BrowserPage(browser: self, session: session)
    listeners[session] = { [weak page] method, parameters in page?.note(method, parameters) }
    for domain in ["Page", "Runtime", "Log", "Network"] { try page.call("\(domain).enable") }
    return page
  }

  /// What frames of another site than their page's show, by their own word: a frame that was refused shows
  /// `chrome-error://chromewebdata/`, whatever address it was given.
  package func framesOfOtherSites() throws -> [String] {
    let targets = try call("Target.getTargets")["targetInfos"]?.array ?? []
    return try targets.filter { $0["type"] == "iframe" }.map { target in
      let attached = try call("Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true])
      guard let session = attached["sessionId"]?.string else { throw TestKitError("the frame has no session") }
      let answer = try call(
        "Runtime.evaluate", ["expression": "location.href", "returnByValue": true], session: session)
      return answer["result"]?["value"]?.string ?? ""
    }
  }

  /// Ends it, so that its profile can go.
  package func close() async throws {
    _ = try? call("Browser.close")
    _ = try await process.wait(within: 30)
  }

  /// Calls a method and waits for its answer; what happens meanwhile is noted.
  @discardableResult
  package func call(_ method: String, _ parameters: JSONValue = [:], session: String? = nil) throws -> JSONValue {
    lastCall += 1
    let number = lastCall
    var message: [String: JSONValue] = ["id": .int(number), "method": .string(method), "params": parameters]
    if let session { message["sessionId"] = .string(session) }
    try socket.send(.object(message))
    while true {
      let heard = try socket.next { _ in true }
      guard heard["id"] == .int(number) else {
        if let method = heard["method"]?.string, let session = heard["sessionId"]?.string {
          listeners[session]?(method, heard["params"] ?? .null)
        }
        continue
      }
      if let problem = heard["error"]?["message"]?.string { throw TestKitError("\(method): \(problem)") }
      return heard["result"] ?? .null
    }
  }
}
