// Adding a printer: found in the network, or entered by hand.

import { api } from "../core/api.js";
import { fill, h, show } from "../core/dom.js";
import { busyWhile, button } from "../parts/button.js";
import { openDialog } from "../parts/dialog.js";
import { problemPlace, showError } from "../parts/field.js";
import { toast } from "../parts/toast.js";
import { entered, printerFields } from "./entry.js";

export function openAddDialog(fleet) {
  return openDialog("Add a printer", ({ body, foot, close, form, dialog }) => {
    const fields = printerFields(null);
    const place = problemPlace();
    const found = h("div", { class: "found" });
    const search = button("Search", { look: "slim quiet", symbol: "again" });
    const add = button("Add the printer", { type: "submit", look: "main" });
    const asking = new AbortController();
    dialog.addEventListener("close", () => asking.abort());

    function take(printer) {
      fields.name.input.value ||= printer.name ?? printer.model ?? "";
      fields.ip_address.input.value = printer.ip_address;
      fields.serial_number.input.value = printer.serial_number;
      fields.access_code.input.focus();
    }

    async function look() {
      await busyWhile(search, async () => {
        fill(found, h("div", { class: "row muted small", role: "status" }, h("span", { class: "spinner small" }), "Searching the network …"));
        try {
          const printers = (await api.get("/printers/discover?wait=3", { signal: asking.signal })).filter((printer) => printer.new);
          fill(found, printers.length > 0
            ? printers.map((printer) => button("", { onclick: () => take(printer) })).map((made, index) => fill(made, ...foundLine(printers[index])))
            : h("p", { class: "note", role: "status" }, "No new printer was heard. Where the network holds broadcasts back, enter it by hand below."));
        } catch (error) {
          if (error.name !== "AbortError") fill(found, h("p", { class: "note", role: "status" }, error.message));
        }
      });
    }

    search.addEventListener("click", look);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const one of Object.values(fields)) one.problem(null);
      place.say(null);
      const empty = Object.values(fields).filter((one) => one.input.value.trim() === "");
      for (const one of empty) one.problem("This is needed.");
      if (empty.length > 0) {
        empty[0].input.focus();
        return;
      }
      busyWhile(add, async () => {
        try {
          const made = await api.post("/printers", entered(fields));
          await fleet.reload();
          close();
          toast(`${made.name} has been added.`);
        } catch (error) {
          showError(error, fields, place);
        }
      });
    });
    fill(body, h("div", { class: "stack tight" }, h("div", { class: "row" }, h("h3", { class: "grow" }, "In your network"), search), found),
      h("h3", {}, "The printer"), Object.values(fields).map((one) => one.element), place.element);
    fill(foot, button("Cancel", { onclick: () => close() }), add);
    show(place.element, false);
    look();
  });
}

function foundLine(printer) {
  return [
    h("span", { class: "grow" }, printer.name ?? printer.model ?? "Printer", h("small", {}, [printer.model, printer.ip_address].filter(Boolean).join(", "))),
    h("small", {}, printer.serial_number),
  ];
}
