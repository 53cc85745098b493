import Model
import Simulator
import TestKit
import Wire

/// The built service with simulated printers, and a real Chromium in front of it.
struct PageStage {
  let stage: Stage
  let browser: Browser
  let page: BrowserPage
  let password: String

  var origin: String { "http://localhost:\(stage.service.port)" }

  static func play(
    _ printers: [PrinterSpecification] = [], speed: Double = 1, signedIn: Bool = true, arguments: [String] = [],
    browsing: [String] = [], _ body: (PageStage) async throws -> Void
  ) async throws {
    try await Stage.play(printers, speed: speed, arguments: arguments) { stage in
      for printer in stage.printers { try stage.add(printer) }
      let browser = try await Browser.start(browsing)
      let page = try browser.openPage()
      let play = PageStage(
        stage: stage, browser: browser, page: page, password: try await firstPassword(of: stage.service))
      try page.appear(width: 1280, height: 900)
      try page.open(play.origin)
      if signedIn { try await play.signIn() }
      try await body(play)
      try await browser.close()
    }
  }

  /// What the first start tells on standard error.
  static func firstPassword(of service: ServiceProcess) async throws -> String {
    try await eventually(within: 10, "the first password is told") { () -> String? in
      guard let range = service.process.text.firstRange(of: "first password: ") else { return nil }
      let rest = service.process.text[range.upperBound...]
      return rest.contains("\n") ? rest.split { $0.isWhitespace }.first.map(String.init) : nil
    }
  }

  func signIn() async throws {
    try await page.until("document.activeElement?.type === 'password'")
    try page.type(password)
    try page.press(.enter)
    try await page.until("document.querySelector('h1')?.textContent === 'Printers'")
    try await page.until("document.querySelector('.live')?.dataset.state === 'live'")
  }

  /// The card of a printer, by its name, as JavaScript finds it.
  func card(_ name: String) -> String {
    "[...document.querySelectorAll('article')].find((e) => e.querySelector('h2').textContent === \(BrowserPage.quoted(name)))"
  }

  func chip(_ name: String, is word: String) async throws {
    try await page.until("\(card(name))?.querySelector('.chip').textContent === \(BrowserPage.quoted(word))")
  }

  /// Nothing was complained about, and nobody else was asked for anything.
  func problems() throws -> [String] {
    try page.evaluate("0")
    let port = stage.service.port
    let own = ["http://localhost:\(port)/", "ws://localhost:\(port)/", "blob:http://localhost:\(port)/"]
    let foreign = page.requests.filter { url in url != "about:blank" && !own.contains { url.hasPrefix($0) } }
    // A camera without a picture is told on its card; the browser notes the refused request as well.
    return page.complaints.filter { !$0.contains("/camera") } + foreign.map { "asked for \($0)" }
  }
}
