// Settings: API keys, and the API browser beside them.

import { h } from "../core/dom.js";
import { may } from "../core/session.js";
import { browserPart } from "./browser/browser.js";
import { keysPart } from "./keys.js";

export function settingsView(fleet) {
  const browser = browserPart();
  const keys = may("admin") ? keysPart(fleet, browser.useKey) : null;
  return {
    element: h(
      "div", {},
      h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Settings")),
      h("div", { class: "settings" },
        keys ? keys.element : h("section", { class: "card padded stack tight" }, h("h2", {}, "API keys"), h("p", { class: "note" }, "Sign in with the password to see and make keys.")),
        browser.element),
    ),
    end() {
      keys?.end();
      browser.end();
    },
  };
}
