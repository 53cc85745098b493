import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// The printers as they are, live.
@Suite(.serialized) struct WallTests {
  @Test("What the printer does shows by itself: progress, layers, the end; buttons reach it")
  func live() async throws {
    try await PageStage.play([PrinterSpecification(model: .p1s)]) { play in
      let page = play.page
      let printer = play.stage.printers[0]
      try await play.chip(printer.name, is: "Idle")
      printer.startPrint(name: "Moon lamp", layers: 40, minutes: 60)
      try await page.until("\(play.card(printer.name)).querySelector('.job h3').textContent === 'Moon lamp'")
      try await play.chip(printer.name, is: "Printing")
      printer.publish(
        [
          "print": [
            "command": "push_status", "msg": 1, "mc_percent": 37, "layer_num": 12, "total_layer_num": 40,
            "mc_remaining_time": 95,
          ]
        ] as JSONValue)
      // In one look: the printer goes on meanwhile.
      let words = ["37%", "1 h 35 min left", "Layer 12 of 40", "Nozzle", "Bed"].map(BrowserPage.quoted)
      try await page.until(
        "[\(words.joined(separator: ","))].every((word) => \(play.card(printer.name)).innerText.includes(word))")

      try await page.click("article button", "Pause")
      try await play.chip(printer.name, is: "Paused")
      try await page.click("article button", "Stop")
      try await page.click("dialog button", "Cancel")
      try await page.until("!document.querySelector('dialog')")
      #expect(try play.stage.status(1)["state"] == "paused", "nothing is stopped without a yes")
      try await page.click("article button", "Stop")
      try await page.click("dialog button", "Stop the print")
      try await play.chip(printer.name, is: "Failed")
      #expect(try play.problems() == [])
    }
  }

  @Test("A fault is told in words with the maker's page, trays with their colours, a lost printer as lost")
  func faultsAndTrays() async throws {
    try await PageStage.play([PrinterSpecification(model: .x1c)]) { play in
      let page = play.page
      let printer = play.stage.printers[0]
      try await play.chip(printer.name, is: "Idle")
      try await page.until("document.querySelectorAll('.tray .swatch i').length >= 3")
      printer.setHMS([(attribute: 0x0300_0100, code: 0x0001_0007)])
      try await page.until("document.querySelector('.faults .notice')?.innerText.includes('0300_0100_0001_0007')")
      let link = try page.evaluate("document.querySelector('.faults a').href").string ?? ""
      #expect(link.hasPrefix("https://"))
      #expect(try page.evaluate("document.querySelector('.faults a').rel") == "noopener noreferrer")
      printer.powerOff()
      try await play.chip(printer.name, is: "Offline")
      #expect(try page.evaluate("document.querySelectorAll('.tray, .heat > div').length") == 0)
      #expect(try page.evaluate("\(play.card(printer.name)).innerText").string?.contains("Last heard at") == true)
      #expect(try play.problems() == [])
    }
  }

  @Test("Without the service nothing is shown as live; it comes back by itself")
  func notLive() async throws {
    try await PageStage.play([PrinterSpecification(model: .p1s)]) { play in
      let page = play.page
      let printer = play.stage.printers[0]
      printer.startPrint(name: "Vase", layers: 40, minutes: 60)
      try await play.chip(printer.name, is: "Printing")
      #expect(try play.problems() == [])
      play.stage.service.process.signal(SIGTERM)
      #expect(try await play.stage.service.process.wait() == 0)
      try await page.until("document.querySelector('.live').dataset.state === 'lost'")
      try await play.chip(printer.name, is: "Not live")
      #expect(
        try page.evaluate(
          "[...document.querySelectorAll('.ring, .heat, .tray, .acts')].filter((e) => e.checkVisibility()).length") == 0
      )
      #expect(try page.evaluate("\(play.card(printer.name)).innerText").string?.contains("Known") == true)
      #expect(try page.evaluate("document.body.innerText").string?.contains("Not live") == true)
      let again = try await ServiceProcess.start(in: play.stage.service.folder, port: play.stage.service.port)
      try await page.until("document.querySelector('.live').dataset.state === 'live'", within: 60)
      try await play.chip(printer.name, is: "Printing")
      #expect(try await again.stop() == 0)
    }
  }

  @Test("A printer is added by hand; what is wrong is told at its field; removing asks first")
  func adding() async throws {
    try await PageStage.play { play in
      let page = play.page
      try await page.until("document.querySelector('.empty')")
      try await page.click("button", "Add a printer")
      try await page.until("document.querySelector('dialog[open]')")
      try await page.click("dialog button", "Add the printer")
      #expect(
        try page.evaluate("[...document.querySelectorAll('dialog .problem')].filter((e) => !e.hidden).length") == 4)
      for text in ["Bench <b>1</b>", "127.0.0.1", "not a serial!", "12345678"] {
        try page.type(text)
        try page.press(.tab)
      }
      try await page.click("dialog button", "Add the printer")
      try await page.until("document.activeElement?.getAttribute('aria-invalid') === 'true'")
      #expect(try page.evaluate("document.querySelectorAll('dialog .problem:not([hidden])').length") == 1)
      try page.forgetComplaints()
      try page.evaluate("document.activeElement.select()")
      try page.type("01P00A000000042")
      try page.press(.enter)
      try await page.until("\(play.card("Bench <b>1</b>"))", within: 40)
      #expect(try page.evaluate("document.querySelectorAll('article b b').length") == 0, "a name is a text")
      try await page.until("\(play.card("Bench <b>1</b>")).innerText.includes('Nothing answers at 127.0.0.1')")
      try await page.click("article button[aria-label^=Edit]")
      try await page.click("dialog button", "Remove")
      try await page.click("dialog button", "Remove the printer")
      try await page.until("document.querySelector('.empty')")
      #expect(try play.problems() == [])
    }
  }
}
