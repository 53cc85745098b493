// A button with a short list of actions.

import { fill, freshName, h, show } from "../core/dom.js";
import { button } from "./button.js";

/** actions: pairs of a text and what it does; null is left out. */
export function menu(label, symbol, actions) {
  const name = freshName("menu");
  const list = h("div", { id: name, hidden: true });
  const opener = h("button", { type: "button", class: "button quiet round", "aria-label": label, "aria-expanded": "false", "aria-controls": name }, symbol);
  const element = h("div", { class: "menu" }, opener, list);

  function set(isOpen) {
    show(list, isOpen);
    opener.setAttribute("aria-expanded", String(isOpen));
  }
  fill(list, actions.filter(Boolean).map(([text, act]) => button(text, {
    look: "quiet",
    onclick: () => {
      set(false);
      opener.focus();
      act();
    },
  })));
  opener.addEventListener("click", () => {
    set(list.hidden);
    if (!list.hidden) list.firstElementChild?.focus();
  });
  element.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const items = [...list.children];
    const index = items.indexOf(document.activeElement);
    if (event.key === "Escape") {
      set(false);
      opener.focus();
    } else if (event.key === "ArrowDown") items[(index + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(index - 1 + items.length) % items.length].focus();
    else return;
    event.preventDefault();
  });
  element.addEventListener("focusout", (event) => {
    if (!element.contains(event.relatedTarget)) set(false);
  });
  return element;
}
