// What the printer complains about, in words, with the maker's page.

import { fill, h, show, whenChanged } from "../core/dom.js";

export function faultsPart() {
  const element = h("ul", { class: "faults", role: "list", "aria-label": "Faults", hidden: true });
  const draw = whenChanged(({ errors, printError }) => {
    show(element, errors.length > 0 || Boolean(printError));
    fill(
      element,
      errors.map((fault) => h(
        "li", { class: `notice ${["fatal", "serious"].includes(fault.severity) ? "bad" : "warn"}` },
        h("div", {}, h("p", {}, fault.message ?? "The printer reports a fault that has no text here."),
          h("p", { class: "small" }, h("code", { class: "muted" }, fault.code), " ", link(fault.url))),
      )),
      printError && errors.length === 0 ? h("li", { class: "notice bad" }, h("p", {}, "The print was interrupted: ", h("code", {}, printError), ".")) : null,
    );
  });
  return {
    element,
    update(_, status) {
      draw({ errors: status?.hms_errors ?? [], printError: status?.print_error ?? null });
    },
  };
}

function link(address) {
  // Only the maker's own pages, which are https.
  if (typeof address !== "string" || !address.startsWith("https:")) return null;
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "What to do");
}
