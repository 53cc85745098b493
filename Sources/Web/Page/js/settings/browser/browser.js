// The API browser: every operation of the service, to read and to try.

import { fill, h, say, show } from "../../core/dom.js";
import { button } from "../../parts/button.js";
import { field } from "../../parts/field.js";
import { toast } from "../../parts/toast.js";
import { loadOperations } from "./document.js";
import { trialPart } from "./trial.js";

export function browserPart() {
  const search = field("Search", { type: "search", placeholder: "printers, light, POST …", autocomplete: "off", spellcheck: "false" });
  // Kept in this element and nowhere else: it is gone with the page.
  const key = field("API Key for Testing", { class: "input masked", placeholder: "lb_…", autocomplete: "off", spellcheck: "false" }, { note: "Sent as X-API-Key; kept in memory only. Without one, your session counts." });
  const count = h("p", { class: "note", role: "status" });
  const groups = h("div");
  const element = h(
    "section", { class: "card", "aria-label": "API Browser" },
    h("div", { class: "browser-head" }, h("h2", {}, "API Browser"), h("div", { class: "browser-tools" }, search.element, key.element), count),
    groups,
  );
  const context = { key: () => key.input.value.trim() };
  let sections = [];
  let isEnded = false;

  async function load() {
    fill(groups, h("div", { class: "loading" }, h("div", { class: "spinner" })));
    try {
      const operations = await loadOperations();
      if (isEnded) return;
      sections = sectionsOf(operations, context);
      fill(groups, sections.map((section) => section.element));
      filter();
    } catch (error) {
      if (!isEnded) fill(groups, h("div", { class: "empty" }, h("p", {}, error.message), button("Try again", { onclick: load })));
    }
  }

  function filter() {
    const words = search.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = sections.reduce((sum, section) => sum + section.filter(words), 0);
    say(count, words.length > 0 ? `${found} operations fit.` : `${found} operations.`);
  }

  search.input.addEventListener("input", filter);
  load();
  return {
    element,
    /** Takes a key for testing, and shows where it went. */
    useKey(text) {
      key.input.value = text;
      key.input.scrollIntoView({ block: "center" });
      key.input.focus();
      toast("The API browser sends this key now.");
    },
    end() {
      isEnded = true;
    },
  };
}

function sectionsOf(operations, context) {
  const byGroup = Map.groupBy ? Map.groupBy(operations, (one) => one.group) : grouped(operations);
  return [...byGroup].map(([name, list]) => sectionOf(name, list, context));
}

function grouped(operations) {
  const map = new Map();
  for (const one of operations) map.set(one.group, [...(map.get(one.group) ?? []), one]);
  return map;
}

function sectionOf(name, operations, context) {
  const lines = operations.map((operation) => lineOf(operation, context));
  const total = h("span", { class: "chip" });
  const list = h("div", { hidden: true }, lines.map((line) => line.element));
  let isOpen = false;
  let isSearching = false;
  const opener = h("button", {
    type: "button", "aria-expanded": "false",
    onclick: () => {
      isOpen = list.hidden;
      set(isOpen);
    },
  }, h("span", { class: "grow" }, name), total);
  const element = h("div", { class: "group" }, opener, list);

  function set(isShown) {
    show(list, isShown);
    opener.setAttribute("aria-expanded", String(isShown));
  }

  return {
    element,
    filter(words) {
      const count = lines.filter((line) => line.filter(words, name)).length;
      say(total, String(count));
      show(element, count > 0);
      // A search opens what it finds; its end gives back what was open.
      if (words.length > 0 || isSearching) set(words.length > 0 ? true : isOpen);
      isSearching = words.length > 0;
      return count;
    },
  };
}

function lineOf(operation, context) {
  let trial = null;
  const text = `${operation.verb} ${operation.path} ${operation.id} ${operation.summary} ${operation.group}`.toLowerCase();
  const opener = h(
    "button", {
      type: "button", "aria-expanded": "false",
      onclick: () => {
        if (!trial) {
          trial = trialPart(operation, context);
          element.append(trial.element);
          opener.setAttribute("aria-expanded", "true");
          return;
        }
        show(trial.element, trial.element.hidden);
        opener.setAttribute("aria-expanded", String(!trial.element.hidden));
      },
    },
    h("span", { class: "verb", data: { verb: operation.verb } }, operation.verb), h("code", {}, operation.path), h("span", { class: "muted small" }, operation.summary),
  );
  const element = h("div", { class: "operation", data: { operation: operation.id } }, opener);
  return {
    element,
    filter(words) {
      const fits = words.every((word) => text.includes(word));
      show(element, fits);
      return fits;
    },
  };
}
