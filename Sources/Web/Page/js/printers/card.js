// One printer on the wall.

import { fill, h, mark, say, show, whenChanged } from "../core/dom.js";
import { age, stateWord, timeOfDay } from "../core/format.js";
import { icon } from "../core/icons.js";
import { may } from "../core/session.js";
import { actionsPart } from "./actions.js";
import { cameraPart } from "./camera.js";
import { openEditDialog } from "./edit.js";
import { faultsPart } from "./faults.js";
import { heatPart } from "./heat.js";
import { jobPart } from "./job.js";
import { problemWords } from "./problems.js";
import { spoolsPart } from "./spools.js";
import { trustPart } from "./trust.js";

export function printerCard(first, fleet, director) {
  let printer = first;
  const title = h("h2");
  const model = h("p", { class: "muted small" });
  const chip = h("span", { class: "chip" });
  const problem = h("div", { class: "notice bad", hidden: true }, h("p"));
  const lastWords = h("p", { class: "muted small", hidden: true });
  const camera = cameraPart(first.id, director);
  const parts = [trustPart(fleet), faultsPart(), jobPart(), heatPart(), spoolsPart(), actionsPart(first.id)];
  const edit = may("admin")
    ? h("button", { type: "button", class: "button quiet round", onclick: () => openEditDialog(printer, fleet) }, icon("edit"))
    : null;
  const element = h(
    "article", { class: "card printer" }, camera.element,
    h("div", { class: "printer-body" },
      h("div", { class: "printer-head" }, h("div", { class: "grow" }, title, model), chip, edit),
      problem, lastWords, parts.map((part) => part.element)),
  );

  const drawChip = whenChanged(([word, tone]) => {
    say(chip, word);
    chip.className = tone === "none" ? "chip" : `chip ${tone}`;
  });

  return {
    element, camera,
    get state() {
      return this.status?.state;
    },
    status: null,
    update(current, standing) {
      printer = current;
      const status = standing?.isFresh ? standing.value : null;
      this.status = status;
      say(title, printer.name);
      say(model, printer.model ?? printer.serial_number);
      edit?.setAttribute("aria-label", `Edit ${printer.name}`);
      mark(element, "live", Boolean(status));
      drawChip(status ? stateWord(printer.enabled ? status.state : "offline") : ["Not live", "none"]);
      const words = status ? problemWords(printer, status) : null;
      show(problem, Boolean(words));
      say(problem.firstChild, words);
      problem.className = status?.state === "error" ? "notice bad" : "notice warn";
      const last = lastWordsOf(status, standing);
      show(lastWords, Boolean(last));
      say(lastWords, last);
      for (const part of parts) part.update(printer, status);
      camera.update(printer, status);
    },
    end() {
      camera.end();
    },
  };
}

/** What was known before it became silent: told as the past that it is. */
function lastWordsOf(status, standing) {
  if (status) {
    if (!["offline", "error", "unknown"].includes(status.state) || !status.last_update) return null;
    const print = status.current_print;
    const job = print ? `, ${Math.round(print.progress ?? 0)} % of ${print.task_name || print.filename || "a print"}` : "";
    return `Last heard at ${timeOfDay(status.last_update)}: ${stateWord(status.last_state)[0].toLowerCase()}${job}.`;
  }
  if (!standing) return "Waiting for news of this printer …";
  const { value, at } = standing;
  const job = ["preparing", "printing", "paused"].includes(value.state) && value.progress !== null
    ? `, ${Math.round(value.progress)} % of ${value.task_name || value.filename || "a print"}` : "";
  return `Known ${age(at)}: ${stateWord(value.state)[0].toLowerCase()}${job}.`;
}
