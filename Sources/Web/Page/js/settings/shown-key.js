// A new key, shown this once.

import { h } from "../core/dom.js";
import { button } from "../parts/button.js";
import { toast } from "../parts/toast.js";

export function newKeyPart(made, { useKey, close }) {
  const input = h("input", { class: "input", readonly: true, value: made.key, "aria-label": "The new key", onfocus: () => input.select() });
  return h(
    "div", { class: "new-key" },
    h("h3", {}, `The key “${made.name}”`),
    h("p", { class: "small" }, "Copy it now: it is shown this once, and only its hash is kept."),
    h("div", { class: "with-button" }, input, button("Copy", { symbol: "copy", onclick: () => copy(input) })),
    h("div", { class: "row" }, button("Use in API Browser", { look: "main slim", onclick: () => useKey(made.key) }), button("Done", { look: "slim", onclick: close })),
  );
}

async function copy(input) {
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    // Over plain HTTP a browser has no clipboard for pages, but it copies what is selected.
    input.select();
    if (!document.execCommand("copy")) {
      toast("Press Ctrl+C: the key is selected.");
      return;
    }
  }
  toast("The key has been copied.");
}
