// Buttons, and forms that wait for their answer.

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";

export function button(text, { look = "", type = "button", onclick, symbol, ...rest } = {}) {
  return h("button", { type, class: `button ${look}`.trim(), onclick, ...rest }, symbol ? icon(symbol) : null, text);
}

/** Runs something once at a time: the element is busy until it ends. */
export async function busyWhile(element, work) {
  if (element.getAttribute("aria-busy") === "true") return undefined;
  element.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    element.removeAttribute("aria-busy");
  }
}
