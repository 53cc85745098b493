import Model
import Simulator
import TestKit
import Testing
import Wire

/// How the page looks: on a phone and on a desk, in the light and in the dark.
@Suite(.serialized) struct LookTests {
  /// Texts whose contrast with their ground is below what WCAG 2 asks for at level AA.
  private static let pale = """
    (() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const parts = (color) => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
      };
      const over = (top, low) => top.slice(0, 3).map((c, i) => c * top[3] + low[i] * (1 - top[3]));
      const ground = (e) => {
        if (!e) return parts(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
        const own = parts(getComputedStyle(e).backgroundColor);
        return own[3] === 1 ? own.slice(0, 3) : over(own, ground(e.parentElement));
      };
      const light = (rgb) => {
        const [r, g, b] = rgb.map((c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const found = [];
      for (const e of document.querySelectorAll('body *')) {
        const text = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
        if (!text || !e.checkVisibility({ opacityProperty: true }) || e.closest('.unseen, :disabled')) continue;
        const style = getComputedStyle(e);
        const low = ground(e);
        const [a, b] = [light(over(parts(style.color), low)), light(low)].sort((x, y) => y - x);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < (isLarge ? 3 : 4.5)) found.push(`${text.slice(0, 30)}: ${ratio.toFixed(2)}`);
      }
      return found;
    })()
    """

  @Test("Nothing is cut off or pale at any size, in the light and in the dark", arguments: [(390, 844), (1440, 950)])
  func sizes(width: Int64, height: Int64) async throws {
    try await PageStage.play([PrinterSpecification(model: .x1c), PrinterSpecification(model: .h2d)]) { play in
      let page = play.page
      play.stage.printers[0].startPrint(name: "Moon lamp", layers: 40, minutes: 60)
      play.stage.printers[1].setHMS([(attribute: 0x0300_0100, code: 0x0001_0007)])
      try await play.chip(play.stage.printers[0].name, is: "Printing")
      var grounds: Set<String> = []
      for isDark in [false, true] {
        try page.appear(width: width, height: height, dark: isDark)
        for view in ["printers", "settings"] {
          try page.evaluate("location.hash = '#/\(view)'")
          try await page.until(
            view == "printers" ? "document.querySelector('.tray')" : "document.querySelector('.operation')")
          #expect(
            try page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true,
            "\(view) is wider than \(width)")
          let pale = try page.evaluate(Self.pale)
          #expect(pale == [], "\(view), dark \(isDark)")
        }
        grounds.insert(try page.evaluate("getComputedStyle(document.documentElement).backgroundColor").string ?? "")
      }
      #expect(grounds.count == 2, "the dark is dark")
      #expect(try play.problems() == [])
    }
  }

  @Test("What is touched by a finger is large enough, and motion is off where it is not wanted")
  func fingersAndMotion() async throws {
    try await PageStage.play([PrinterSpecification(model: .p1s)]) { play in
      let page = play.page
      try page.appear(width: 390, height: 844)
      try await play.chip(play.stage.printers[0].name, is: "Idle")
      let small = try page.evaluate(
        """
        [...document.querySelectorAll('button, a')].filter((e) => e.checkVisibility() && !e.matches('.skip, .foot a')) \
        .filter((e) => { const r = e.getBoundingClientRect(); return r.height < 34 || r.width < 34; }).map((e) => e.outerHTML)
        """)
      #expect(small == [])
      try page.call(
        "Emulation.setEmulatedMedia", ["features": [["name": "prefers-reduced-motion", "value": "reduce"]]])
      #expect(try page.evaluate("getComputedStyle(document.querySelector('.ring .done')).transitionDuration") == "0s")
    }
  }
}
