// Changing a printer, and removing it.

import { api } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { busyWhile, button } from "../parts/button.js";
import { confirmed, openDialog } from "../parts/dialog.js";
import { problemPlace, showError } from "../parts/field.js";
import { toast } from "../parts/toast.js";
import { entered, printerFields } from "./entry.js";

export function openEditDialog(printer, fleet) {
  return openDialog(printer.name, ({ body, foot, close, form }) => {
    const fields = printerFields(printer);
    const place = problemPlace();
    const save = button("Save", { type: "submit", look: "main" });
    const remove = button("Remove", { look: "danger", symbol: "bin" });
    const link = button(printer.enabled ? "Disconnect" : "Connect");

    async function run(source, work) {
      for (const one of Object.values(fields)) one.problem(null);
      place.say(null);
      await busyWhile(source, async () => {
        try {
          await work();
          await fleet.reload();
          close();
        } catch (error) {
          showError(error, fields, place);
        }
      });
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(save, () => api.patch(`/printers/${printer.id}`, entered(fields)));
    });
    link.addEventListener("click", () => run(link, () => api.post(`/printers/${printer.id}/${printer.enabled ? "disconnect" : "connect"}`)));
    remove.addEventListener("click", async () => {
      const yes = await confirmed(`Remove ${printer.name}?`, "It is no longer followed, and its access code is forgotten. What it printed stays.", "Remove the printer");
      if (yes) run(remove, () => api.remove(`/printers/${printer.id}`).then(() => toast(`${printer.name} has been removed.`)));
    });
    fill(body, Object.values(fields).map((one) => one.element), place.element, h("div", { class: "row" }, link, remove));
    fill(foot, button("Cancel", { onclick: () => close() }), save);
  });
}
