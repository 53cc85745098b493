import TestKit
import Testing
import Wire

/// The board in the browser: what blinks on the bench blinks here.
@Suite(.serialized) struct BoardViewTests {
  @Test("The light blinks in its pattern on every view; the board's button can be pressed where it is virtual")
  func board() async throws {
    try await PageStage.play { play in
      let page = play.page
      try await page.until("document.querySelector('.bar-lamp:not([hidden]) .lamp')?.dataset.pattern === 'on'")
      try await page.click("nav a", "Board")
      try await page.until("document.querySelector('h1')?.textContent === 'Board'")
      try await page.until("document.querySelector('.board')?.innerText.includes('All is well')")
      let client = play.stage.client
      let set = try client.send("PUT", "/api/v1/board/leds/status", json: ["pattern": "blink 120 240"])
      #expect(set.status == 200, "\(set.text)")
      try await page.until(
        "[...document.querySelectorAll('.lamp')].every((lamp) => lamp.dataset.pattern === 'blink 120 240')")
      #expect(
        try page.evaluate(
          "document.getAnimations().filter((one) => one.effect.getTiming().duration === 360).length") == 2)
      try await page.click("button", "Press")
      try await page.until("document.getElementById('toasts').innerText.includes('Nothing waited for it.')")
      #expect(try play.problems() == [])
    }
  }
}
