// Dialogs: the browser's own, which keeps the keyboard inside and closes with Escape.

import { fill, freshName, h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { button } from "./button.js";

/** Opens a dialog. `build` gets its body, foot and a way to close it. Resolves when it is closed, with what it was closed with. */
export function openDialog(title, build) {
  return new Promise((resolve) => {
    const name = freshName("dialog");
    const heading = h("h2", { id: name, tabindex: "-1" }, title);
    const body = h("div", { class: "dialog-body" });
    const foot = h("div", { class: "dialog-foot" });
    let outcome;
    const close = (value) => {
      outcome = value;
      dialog.close();
    };
    const frame = h(
      "form", { class: "dialog", method: "dialog", novalidate: true },
      h("div", { class: "dialog-head" }, heading, h("button", { type: "button", class: "button quiet round", "aria-label": "Close", onclick: () => close() }, icon("close"))),
      body, foot,
    );
    const dialog = h("dialog", { "aria-labelledby": name }, frame);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(outcome);
    });
    build({ body, foot, close, form: frame, dialog });
    document.body.append(dialog);
    dialog.showModal();
    // Where no input asks for the keyboard it begins at the title, so that a phone does not cover the dialog at once.
    (body.querySelector("[autofocus]") ?? foot.querySelector("[autofocus]") ?? heading).focus();
  });
}

/** Asks before something that cannot be taken back. */
export function confirmed(title, text, action, { isDanger = true } = {}) {
  return openDialog(title, ({ body, foot, close, form }) => {
    fill(body, h("p", {}, text));
    const yes = button(action, { type: "submit", look: isDanger ? "main danger" : "main" });
    const no = button("Cancel", { onclick: () => close(false) });
    no.setAttribute("autofocus", "");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close(true);
    });
    fill(foot, no, yes);
  });
}
