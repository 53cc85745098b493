// The frame around the views: name, tabs, whether what is shown is live, and the account.

import { openPasswordDialog } from "./account/password.js";
import { lamp, meaningOf } from "./board/light.js";
import { boardView } from "./board/view.js";
import { fill, h, mark, say, show } from "./core/dom.js";
import { icon } from "./core/icons.js";
import { connection } from "./core/live.js";
import { route } from "./core/router.js";
import { session, signOut, wantToSignIn } from "./core/session.js";
import { button } from "./parts/button.js";
import { menu } from "./parts/menu.js";
import { toast } from "./parts/toast.js";
import { openFleet } from "./printers/fleet.js";
import { wallView } from "./printers/wall.js";
import { settingsView } from "./settings/view.js";

/** The views by their place in the address. A new one is a line here and a folder beside these. */
const views = {
  printers: { title: "Printers", make: wallView },
  board: { title: "Board", make: boardView },
  settings: { title: "Settings", make: settingsView },
};

export function frame() {
  const fleet = openFleet();
  const tabs = Object.entries(views).map(([place, view]) => ({ place, link: h("a", { href: `#/${place}` }, view.title) }));
  const content = h("main", { id: "content", tabindex: "-1" });
  const firstPassword = firstPasswordNotice();
  const element = h(
    "div", { style: { display: "contents" } },
    h("header", { class: "bar" }, h(
      "div", { class: "bar-inner" },
      h("a", { class: "brand", href: "#/printers", "aria-label": "Layerberry" }, h("img", { src: "/assets/icon.svg", alt: "" }), h("span", {}, "Layerberry")),
      h("nav", { class: "tabs", "aria-label": "Views" }, tabs.map((tab) => tab.link)),
      boardLight(fleet), liveMark(fleet), accountMenu(),
    )),
    content,
    h("footer", { class: "foot" }, h("span", {}, "Layerberry"), h("a", { href: "/docs" }, "API documentation"), h("a", { href: "/openapi.json" }, "OpenAPI")),
  );

  let view = { end() {} };
  let isFirst = true;
  const stopRoute = route.follow((place) => {
    const known = place in views ? place : "printers";
    view.end();
    view = views[known].make(fleet);
    fill(content, firstPassword.element, view.element);
    for (const tab of tabs) {
      if (tab.place === known) tab.link.setAttribute("aria-current", "page");
      else tab.link.removeAttribute("aria-current");
    }
    document.title = `${views[known].title} · Layerberry`;
    scrollTo(0, 0);
    // A new view is read out from its heading; the first one leaves the keyboard where it is.
    if (!isFirst) content.querySelector("h1")?.focus();
    isFirst = false;
  });

  return {
    element,
    end() {
      stopRoute();
      firstPassword.end();
      view.end();
      fleet.close();
    },
  };
}

/** The board's first light, on every view. */
function boardLight(fleet) {
  const shown = lamp();
  const element = h("a", { class: "bar-lamp", href: "#/board", hidden: true }, shown.element);
  fleet.board.follow(({ lights }) => {
    const light = lights?.[0];
    show(element, Boolean(light));
    if (!light) return;
    shown.update(light);
    element.title = `Light “${light.name}”: ${meaningOf(light)}`;
    element.setAttribute("aria-label", element.title);
  });
  return element;
}

function liveMark(fleet) {
  const word = h("b");
  const element = h("span", { class: "live", role: "status" }, h("i"), word);
  const again = button("Try now", { look: "slim", onclick: () => fleet.retry() });
  const box = h("div", { class: "row" }, element, again);
  const draw = () => {
    const { state } = connection.value;
    mark(element, "state", state);
    say(word, { live: "Live", lost: "Not live", connecting: "Connecting" }[state]);
    show(again, state === "lost");
  };
  connection.follow(draw);
  return box;
}

function accountMenu() {
  const { who } = session.value;
  if (who.kind === "open") return button("Sign in", { look: "slim", onclick: wantToSignIn });
  return menu("Account", icon("person"), [
    who.kind === "session" ? ["Change the password", () => openPasswordDialog()] : null,
    ["Sign out", () => signOut().catch((error) => toast(error.message))],
  ]);
}

function firstPasswordNotice() {
  const element = h(
    "div", { class: "notice warn", hidden: true, style: { "margin-bottom": "1.2rem" } },
    h("div", { class: "row grow" }, h("p", { class: "grow" }, "The first password is still in use. Choose one of your own."),
      button("Change the password", { look: "slim", onclick: () => openPasswordDialog() })),
  );
  const end = session.follow(({ who }) => show(element, who?.kind === "session" && who.first_password === true));
  return { element, end };
}
