import Model
import Simulator
import TestKit
import Testing
import Wire

/// Signing in and out, with mouse and keyboard (contract, section 3).
@Suite(.serialized) struct SignInTests {
  @Test("A wrong password is told, the right one opens the printers, and signing out closes them")
  func signInAndOut() async throws {
    try await PageStage.play(signedIn: false) { play in
      let page = play.page
      try await page.until("document.activeElement?.type === 'password'")
      #expect(try play.problems() == [], "the sign-in is silent")
      try page.type("not the password")
      try page.press(.enter)
      try await page.until("document.querySelector('.problem:not([hidden])')?.textContent.includes('not the password')")
      // The browser itself notes the 401 that was provoked.
      try page.forgetComplaints()
      try await play.signIn()
      #expect(try page.evaluate("document.body.innerText").string?.contains("first password is still in use") == true)
      #expect(try page.evaluate("document.cookie") == "", "no script reads the session")
      try await page.click("button[aria-label=Account]")
      try await page.click("button", "Sign out")
      try await page.until("document.activeElement?.type === 'password'")
      #expect(try play.problems() == [])
      try page.open(play.origin)
      try await page.until("document.querySelector('input[type=password]')")
      #expect(try play.problems() == [], "a page that nobody is signed in to asks for nothing that is refused")
    }
  }

  @Test("A session outlives a reload, and changing the password ends the notice and the old password")
  func changingThePassword() async throws {
    try await PageStage.play { play in
      let page = play.page
      try page.open(play.origin)
      try await page.until("document.querySelector('h1')?.textContent === 'Printers'")
      try await page.click("main button", "Change the password")
      try await page.until("document.querySelector('dialog[open]')")
      for text in [play.password, "a better one", "a better two"] {
        try page.tab(to: "e.type === 'password'")
        try page.type(text)
      }
      try page.press(.enter)
      try await page.until("document.querySelector('dialog .problem:not([hidden])')?.textContent.includes('differ')")
      try page.evaluate("document.activeElement.select()")
      try page.type("a better one")
      try page.press(.enter)
      try await page.until("!document.querySelector('dialog')")
      try await page.until("!document.body.innerText.includes('first password is still in use')")
      #expect(try play.problems() == [])
      let old = try play.stage.client.send(
        "POST", "/api/v1/auth/login", json: ["password": .string(play.password)])
      #expect(old.status == 401)
    }
  }

  @Test("Everything is reached by the keyboard alone, and what has it is seen")
  func keyboardOnly() async throws {
    try await PageStage.play([PrinterSpecification(model: .p1s)]) { play in
      let page = play.page
      try await page.until("document.querySelector('article')")
      try page.tab(to: "e.textContent === 'Settings'")
      let outline = try page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
      #expect(outline == "solid", "the focus is seen")
      try page.press(.enter)
      try await page.until(
        "document.activeElement?.textContent === 'Settings' && document.activeElement.tagName === 'H1'")
      try page.tab(to: "e.textContent.includes('Create API Key')")
      try page.press(.enter)
      try await page.until("document.querySelector('dialog[open]')?.contains(document.activeElement)")
      for _ in 0..<40 {
        try page.press(.tab)
        // Outside of the page's own elements the focus is on the body: the browser's own bar had it.
        #expect(
          try page.evaluate(
            "document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)"
          )
            == true, "a dialog keeps the keyboard")
      }
      try page.press(.escape)
      try await page.until("!document.querySelector('dialog')")
      #expect(try page.evaluate("document.activeElement.textContent.includes('Create API Key')") == true)
      #expect(try play.problems() == [])
    }
  }
}
