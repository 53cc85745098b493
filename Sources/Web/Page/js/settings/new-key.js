// The dialog that makes a key.

import { api } from "../core/api.js";
import { fill, h, show } from "../core/dom.js";
import { busyWhile, button } from "../parts/button.js";
import { openDialog } from "../parts/dialog.js";
import { checkbox, field, problemPlace, showError } from "../parts/field.js";

const permissions = [
  ["read", "Read", "See printers, prints, files and statistics."],
  ["queue", "Queue", "Fill and order the print queue."],
  ["control", "Control", "Start, pause and stop prints, light, temperatures."],
  ["manage", "Manage", "Archives, projects, files on printers, maintenance."],
  ["admin", "Administer", "Everything else: printers, keys, settings. Give it rarely."],
];

const lives = [["", "Never"], ["1", "In a day"], ["30", "In 30 days"], ["365", "In a year"], ["date", "On a date …"]];

/** Resolves with the new key, or undefined. */
export function openKeyDialog(fleet) {
  return openDialog("Create API Key", ({ body, foot, close, form }) => {
    const name = field("Name", { maxlength: 100, autocomplete: "off", autofocus: true }, { note: "What it is for, such as Home Assistant.", must: true });
    const boxes = permissions.map(([word, title, note]) => checkbox(title, note, { value: word, checked: word === "read" }));
    const all = checkbox("All printers", "Also those that are added later.", { checked: true });
    const printers = (fleet.store.value.list ?? []).map((printer) => checkbox(printer.name, null, { value: printer.id }));
    const choice = h("div", { hidden: true }, printers.length > 0 ? printers.map((one) => one.element) : h("p", { class: "note" }, "There are no printers yet: the key sees none."));
    all.input.addEventListener("change", () => show(choice, !all.input.checked));
    const life = field("Expires", {}, { tag: "select", options: lives });
    const date = field("Date", { type: "datetime-local" });
    show(date.element, false);
    life.input.addEventListener("change", () => show(date.element, life.input.value === "date"));
    const place = problemPlace();
    const make = button("Create API Key", { type: "submit", look: "main" });

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const one of [name, date]) one.problem(null);
      place.say(null);
      const chosen = boxes.map((box) => box.input).filter((input) => input.checked).map((input) => input.value);
      if (name.input.value.trim() === "") {
        name.problem("This is needed.");
        name.input.focus();
        return;
      }
      if (chosen.length === 0) {
        place.say("Choose at least one permission.");
        return;
      }
      const end = expiry(life.input.value, date.input.value);
      if (end === undefined) {
        date.problem("Choose a time in the future.");
        date.input.focus();
        return;
      }
      const ids = all.input.checked ? null : printers.filter((one) => one.input.checked).map((one) => Number(one.input.value));
      busyWhile(make, async () => {
        try {
          close(await api.post("/api-keys", { name: name.input.value.trim(), permissions: chosen, printer_ids: ids, expires_at: end }));
        } catch (error) {
          showError(error, { name, expires_at: date }, place);
        }
      });
    });
    fill(
      body, name.element, h("fieldset", {}, h("legend", { class: "legend" }, "Permissions"), h("p", { class: "note" }, "None of them includes another."), boxes.map((box) => box.element)),
      h("fieldset", {}, h("legend", { class: "legend" }, "Printers"), all.element, choice), life.element, date.element, place.element,
    );
    fill(foot, button("Cancel", { onclick: () => close() }), make);
  });
}

/** null never; undefined where no time was chosen that is to come. */
function expiry(life, date) {
  if (life === "") return null;
  const moment = life === "date" ? new Date(date) : new Date(Date.now() + Number(life) * 86_400_000);
  if (Number.isNaN(moment.getTime()) || moment.getTime() <= Date.now()) return undefined;
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}
