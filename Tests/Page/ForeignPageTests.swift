import Model
import Simulator
import TestKit
import Testing
import Wire

/// Pages of others in the browser of somebody who is signed in (contract, section 3): nothing of theirs gets through,
/// in either `auth.mode`.
@Suite(.serialized) struct ForeignPageTests {
  /// Where the foreign page comes from, as seen from `localhost`: another site; the same site on another port, which
  /// gets the cookie sent along; a name that only looks foreign.
  private static let hosts = ["127.0.0.1", "localhost", "evil.example"]
  private static let modes = ["required", "open"]
  private static let resolving = ["--host-resolver-rules=MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1"]

  /// Everything that a page can send without asking first, and what it may try to read or to show.
  private static let attack = """
    <!doctype html><title>attack</title><body><script>
    async function attack(target) {
      const got = [];
      const tell = (what, work) => Promise.resolve().then(work).then((r) => { if (r) got.push(what); }, () => {});
      const send = (path, options) => fetch(target + path, { method: "POST", mode: "no-cors", credentials: "include", ...options });
      const file = () => { const form = new FormData(); form.append("file", new Blob(["G28"]), "a.gcode"); return form; };
      const late = (e, good) => new Promise((r) => { e.onload = () => r(good); e.onerror = () => r(false); document.body.append(e); });
      for (const path of ["/api/v1/printers/1/stop", "/api/v1/printers/1/pause", "/api/v1/auth/logout", "/api/v1/pairing"]) {
        await tell("", () => send(path).then(() => false));
        await tell("", () => send(path, { body: "{}", headers: { "Content-Type": "text/plain" } }).then(() => false));
        await tell("", () => send(path, { body: file() }).then(() => false));
        await tell("", () => send(path, { body: new URLSearchParams({ a: 1 }) }).then(() => false));
        navigator.sendBeacon(target + path);
      }
      await tell("", () => send("/api/v1/printers/1/files?path=/", { body: file() }).then(() => false));
      const key = JSON.stringify({ name: "stolen", permissions: ["admin"] });
      await tell("", () => send("/api/v1/api-keys", { body: key }).then(() => false));
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        await tell(`${method} with JSON`, () => fetch(target + "/api/v1/printers/1", { method, credentials: "include",
          headers: { "Content-Type": "application/json" }, body: "{}" }).then(() => true));
      }
      for (const path of ["/api/v1/printers", "/api/v1/auth/me", "/openapi.json", "/"]) {
        await tell(`read ${path}`, () => fetch(target + path, { credentials: "include" }).then(() => true));
        await tell(`no-cors ${path}`, () => fetch(target + path, { credentials: "include", mode: "no-cors" }).then(() => true));
        await tell(`script ${path}`, () => late(Object.assign(document.createElement("script"), { src: target + path }), true));
      }
      await tell("picture", () => late(Object.assign(new Image(), { src: target + "/assets/icon.svg" }), true));
      await tell("WebSocket", () => new Promise((r) => {
        const socket = new WebSocket(target.replace("http", "ws") + "/api/v1/ws");
        socket.onopen = () => r(true); socket.onerror = () => r(false);
      }));
      for (const [path, type] of [["/api/v1/printers/1/stop", "text/plain"], ["/api/v1/printers/1/stop", "multipart/form-data"],
        ["/api/v1/auth/logout", "application/x-www-form-urlencoded"]]) {
        const frame = document.createElement("iframe");
        frame.name = "f" + Math.random();
        document.body.append(frame);
        const form = Object.assign(document.createElement("form"), { action: target + path, method: "POST", enctype: type, target: frame.name });
        document.body.append(form);
        const done = new Promise((r) => { frame.onload = r; });
        form.submit();
        await done;
      }
      const frame = Object.assign(document.createElement("iframe"), { src: target + "/", id: "shown" });
      await new Promise((r) => { frame.onload = r; document.body.append(frame); });
      return got;
    }
    </script>
    """

  private static func play(mode: String, _ body: (PageStage) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let limits = ["read", "write", "control"].map { "rate_limit.\($0) = 0\n" }.joined()
    let file = try folder.write("[settings]\nauth.mode = \(mode)\n\(limits)", as: "layerberry.ini")
    try await PageStage.play(
      [PrinterSpecification(model: .p1s)], speed: 20, signedIn: mode == "required", arguments: ["--config", file],
      browsing: resolving, body)
  }

  @Test("Nothing that a foreign page sends is done, and nothing that it asks for is given", arguments: hosts, modes)
  func foreignPages(host: String, mode: String) async throws {
    try await Self.play(mode: mode) { play in
      let printer = play.stage.printers[0]
      try await play.page.until("document.querySelector('article')")
      printer.startPrint(name: "Vase", layers: 40, minutes: 60)
      try await play.stage.status(1, is: "printing")
      let keys = try play.stage.client.get("/api/v1/api-keys").json
      let site = try WebPageServer(["/": Self.attack])
      let foreign = try play.browser.openPage()
      try foreign.open("http://\(host):\(site.port)/")
      try await foreign.until("typeof attack === 'function'")
      #expect(try foreign.evaluate("attack('\(play.origin)')") == [])

      #expect(try play.stage.status(1)["state"] == "printing")
      #expect(try play.stage.client.get("/api/v1/api-keys").json == keys)
      #expect(try play.stage.client.get("/api/v1/printers").json?.array?.count == 1)
      let files = try play.stage.client.get("/api/v1/printers/1/files?path=/").text
      #expect(!files.contains("a.gcode"))
      let kind = try play.page.evaluate("fetch('/api/v1/auth/me').then((r) => r.json()).then((r) => r.kind)")
      #expect(kind == (mode == "open" ? "open" : "session"), "nobody was signed out")
      // Frames of another site are targets of their own, those of the same site belong to their page.
      let near = try foreign.call("Page.getFrameTree")["frameTree"]?["childFrames"]?.array ?? []
      let far = try play.browser.framesOfOtherSites()
      let urls = near.map { $0["frame"]?["url"]?.string ?? "" } + far
      #expect(!urls.isEmpty)
      #expect(!urls.contains("\(play.origin)/"), "the page is shown in a frame: \(urls)")
      // What a foreign page could not do, the service's own page can.
      #expect(
        try play.page.evaluate("fetch('/api/v1/printers/1/pause', { method: 'POST' }).then((r) => r.status)") == 200)
    }
  }

  @Test("A foreign name that leads here is told nothing", arguments: modes)
  func rebinding(mode: String) async throws {
    try await Self.play(mode: mode) { play in
      let foreign = try play.browser.openPage()
      let port = play.stage.service.port
      try foreign.open("http://rebound.example:\(port)/")
      try await foreign.until("document.body?.innerText.includes('FORBIDDEN')")
      for path in ["/api/v1/printers", "/", "/openapi.json", "/health", "/api/v1/auth/me"] {
        #expect(try foreign.evaluate("fetch('\(path)').then((r) => r.status)") == 421, "\(path)")
      }
      #expect(
        try foreign.evaluate("fetch('/api/v1/printers/1/stop', { method: 'POST' }).then((r) => r.status)") == 421)
      let opened = try foreign.evaluate(
        """
        new Promise((r) => { const s = new WebSocket('ws://rebound.example:\(port)/api/v1/ws'); \
        s.onopen = () => r(true); s.onerror = () => r(false); })
        """)
      #expect(opened == false)
    }
  }
}
