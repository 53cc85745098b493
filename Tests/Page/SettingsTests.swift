import Model
import Simulator
import TestKit
import Testing
import Wire

/// API keys, and the API browser beside them (spec/001, “Interactive API Browser”).
@Suite(.serialized) struct SettingsTests {
  private static let json = "document.querySelector('.answer pre')?.textContent"

  @Test("A new key is shown once, can be tried at once, and is gone when it is deleted")
  func keys() async throws {
    try await PageStage.play([PrinterSpecification(model: .p1s)]) { play in
      let page = play.page
      try page.open("\(play.origin)/#/settings")
      try await page.click("button", "Create API Key")
      try await page.until("document.activeElement?.tagName === 'INPUT'")
      try page.type("Dashboard")
      try page.press(.enter)
      try await page.until("document.querySelector('.new-key input')?.value.startsWith('lb_')")
      let key = try #require(try page.evaluate("document.querySelector('.new-key input').value").string)
      let client = HTTPClient(port: play.stage.service.port, key: key)
      #expect(try client.get("/api/v1/printers").status == 200)
      #expect(try client.get("/api/v1/api-keys").status == 403, "only read was chosen")

      try await page.click("button", "Use in API Browser")
      try await page.until("document.querySelectorAll('.operation').length > 20")
      #expect(
        try page.evaluate(
          "[...document.querySelectorAll('label')].some((e) => e.textContent.startsWith('API Key for Testing'))")
          == true)
      try await search("list_api_keys", page)
      try await run("list_api_keys", page)
      try await page.until("document.querySelector('[data-status]')?.dataset.status === '403'")
      try page.forgetComplaints()

      try page.open(play.origin)
      try page.open("\(play.origin)/#/settings")
      try await page.until("[...document.querySelectorAll('.key h3')].some((e) => e.textContent === 'Dashboard')")
      #expect(try page.evaluate("document.documentElement.outerHTML").string?.contains(key) == false, "shown once")
      #expect(
        try page.evaluate("[...document.querySelectorAll('input')].some((e) => e.value.startsWith('lb_'))") == false)
      #expect(try page.evaluate("localStorage.length + sessionStorage.length") == 0, "kept in memory only")
      try await page.click("button[aria-label='Delete the key Dashboard']")
      try await page.click("dialog button", "Delete the key")
      try await page.until("![...document.querySelectorAll('.key h3')].some((e) => e.textContent === 'Dashboard')")
      try await eventually(within: 5, "the key opens nothing") {
        try client.get("/api/v1/printers").status == 401 ? true : nil
      }
      #expect(try play.problems() == [])
    }
  }

  @Test("The browser groups and finds operations, fills bodies in, runs them and shows the answer")
  func apiBrowser() async throws {
    try await PageStage.play([PrinterSpecification(model: .p1s)]) { play in
      let page = play.page
      try await play.chip(play.stage.printers[0].name, is: "Idle")
      try page.open("\(play.origin)/#/settings")
      try await page.until("document.querySelectorAll('.group').length > 3")
      let declared = try #require(HTTPClient(port: play.stage.service.port).get("/openapi.json").json?["paths"]?.object)
      let count = declared.values.reduce(0) { sum, path in
        sum + ["get", "post", "put", "patch", "delete"].count { path[$0] != nil }
      }
      #expect(try page.evaluate("document.querySelectorAll('.operation').length") == .int(Int64(count)))

      try await search("get printer status", page)
      #expect(try page.evaluate("document.querySelector('[data-operation=add_printer]').checkVisibility()") == false)
      try await run("get_printer_status", page, filling: ["id": "1"])
      try await page.until("document.querySelector('[data-status]')?.dataset.status === '200'")
      try await page.until("JSON.parse(\(Self.json)).state === 'idle'")
      #expect(try page.evaluate("document.querySelector('.answer-head').textContent.includes(' ms')") == true)

      try await search("add_printer", page)
      try await page.click("[data-operation=add_printer] > button")
      try await page.until(
        "JSON.parse(document.querySelector('[data-operation=add_printer] textarea').value).access_code")

      try await search("switch_light", page)
      #expect(
        try page.evaluate("[...document.querySelectorAll('.operation')].filter((e) => e.checkVisibility()).length") == 1
      )
      #expect(try play.problems() == [])
    }
  }

  private func search(_ text: String, _ page: BrowserPage) async throws {
    try await page.until("document.querySelectorAll('.operation').length > 20")
    try page.evaluate("(() => { const e = document.querySelector('input[type=search]'); e.focus(); e.select(); })()")
    try page.type(text)
  }

  private func run(_ id: String, _ page: BrowserPage, filling inputs: [String: String] = [:]) async throws {
    try await page.click("[data-operation=\(id)] > button")
    for (name, value) in inputs {
      try page.evaluate(
        """
        (() => { const label = [...document.querySelectorAll('[data-operation=\(id)] label')].find((e) => \
        e.firstChild.textContent === '\(name)'); const input = document.getElementById(label.htmlFor); \
        input.focus(); input.select(); })()
        """)
      try page.type(value)
    }
    try await page.click("[data-operation=\(id)] button", "Execute")
  }
}
