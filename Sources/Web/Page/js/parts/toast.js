// Short notes at the lower edge, read out by screen readers.

import { h } from "../core/dom.js";

const stay = 8000;
const most = 3;

export function toast(text) {
  const list = document.getElementById("toasts");
  const note = h("div", { class: "toast" }, h("span", { class: "grow" }, text), h("button", { type: "button", "aria-label": "Dismiss", onclick: () => note.remove() }, "×"));
  list.append(note);
  while (list.children.length > most) list.firstElementChild.remove();
  setTimeout(() => note.remove(), stay);
}

