// API keys: the list, making one, deleting one.

import { api } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { dateAndTime } from "../core/format.js";
import { busyWhile, button } from "../parts/button.js";
import { confirmed } from "../parts/dialog.js";
import { toast } from "../parts/toast.js";
import { openKeyDialog } from "./new-key.js";
import { newKeyPart } from "./shown-key.js";

export function keysPart(fleet, useKey) {
  const list = h("div", { class: "keys" });
  const fresh = h("div");
  let isEnded = false;

  async function load() {
    try {
      const keys = await api.get("/api-keys");
      if (!isEnded) draw(keys);
    } catch (error) {
      if (!isEnded) fill(list, h("div", { class: "notice bad", role: "alert" }, h("p", {}, error.message)));
    }
  }

  function draw(keys) {
    fill(list, keys.length > 0
      ? keys.map((key) => keyLine(key, fleet, load))
      : h("p", { class: "note" }, "No key yet. Programs and dashboards need one; give each its own, with the few permissions that it needs."));
  }

  async function make() {
    const made = await openKeyDialog(fleet);
    if (!made) return;
    fill(fresh, newKeyPart(made, { useKey, close: () => fill(fresh) }));
    fresh.querySelector("input")?.focus();
    load();
  }

  fill(list, h("div", { class: "row muted" }, h("span", { class: "spinner small" }), "Loading …"));
  load();
  return {
    element: h(
      "section", { class: "card padded stack", "aria-label": "API keys" },
      h("div", { class: "row" }, h("h2", { class: "grow" }, "API keys"), button("Create API Key", { look: "main slim", symbol: "plus", onclick: make })),
      fresh, list,
    ),
    end() {
      isEnded = true;
    },
  };
}

function keyLine(key, fleet, load) {
  const isOver = key.expires_at !== null && Date.parse(key.expires_at) <= Date.now();
  const remove = button("Delete", {
    look: "slim danger",
    "aria-label": `Delete the key ${key.name}`,
    onclick: async () => {
      const yes = await confirmed(`Delete the key “${key.name}”?`, "Whoever uses it is shut out within a second. This cannot be taken back.", "Delete the key");
      if (!yes) return;
      busyWhile(remove, async () => {
        try {
          await api.remove(`/api-keys/${key.id}`);
          toast(`The key “${key.name}” has been deleted.`);
        } catch (error) {
          toast(error.message);
        }
        await load();
      });
    },
  });
  return h(
    "div", { class: "key" },
    h("div", { class: "row" }, h("h3", { class: "grow" }, key.name), remove),
    h("div", { class: "row" }, key.permissions.map((word) => h("span", { class: `chip ${word === "admin" ? "bad" : "accent"}` }, word)), isOver ? h("span", { class: "chip bad" }, "expired") : null),
    h("p", { class: "note" }, [
      printersOf(key.printer_ids, fleet),
      key.expires_at ? `${isOver ? "expired" : "expires"} ${dateAndTime(key.expires_at)}` : "never expires",
      key.last_used_at ? `used ${dateAndTime(key.last_used_at)}` : "not used yet",
    ].join(" · ")),
  );
}

function printersOf(ids, fleet) {
  if (ids === null) return "all printers";
  if (ids.length === 0) return "no printers";
  const names = new Map((fleet.store.value.list ?? []).map((printer) => [printer.id, printer.name]));
  return ids.map((id) => names.get(id) ?? `printer ${id}`).join(", ");
}
