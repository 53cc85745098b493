// Filament: every AMS with its trays, and spools outside of one.

import { fill, h, show, whenChanged } from "../core/dom.js";

export function spoolsPart() {
  const element = h("div", { class: "spools", hidden: true });
  const draw = whenChanged(({ units, spools, active }) => {
    show(element, units.length + spools.length > 0);
    fill(element, units.map((unit, index) => unitOf(unit, nameOf(unit, index, units.length), active)), spools.length > 0 ? outside(spools, active) : null);
  });
  return {
    element,
    update(_, status) {
      draw({
        units: status?.ams ?? [], active: status?.active_tray ?? null,
        spools: (status?.external_spools ?? []).filter((spool) => spool.type),
      });
    },
  };
}

const nameOf = (unit, index, count) => (count > 1 ? `${unit.kind === "unknown" ? "AMS" : unit.kind} ${index + 1}` : unit.kind === "unknown" ? "AMS" : unit.kind);

function unitOf(unit, name, active) {
  const isLone = unit.trays.length === 1;
  const air = [
    unit.humidity !== null ? `${Math.round(unit.humidity)} %${isLone ? "" : " humidity"}` : unit.humidity_level !== null ? `dryness ${unit.humidity_level} of 5` : null,
    unit.temperature !== null && !isLone ? `${Math.round(unit.temperature)}°` : null,
    unit.dry_minutes > 0 ? "drying" : null,
  ].filter(Boolean).join(", ");
  return h(
    "section", { class: isLone ? "unit lone" : "unit", "aria-label": name }, h("div", { class: "unit-head" }, h("span", {}, name), h("span", {}, air)),
    h("ul", { class: "trays", role: "list" }, unit.trays.map((tray) => {
      const isActive = tray.active || (active?.kind === "ams" && active.ams_id === unit.id && active.slot === tray.slot);
      return trayOf(`Slot ${tray.slot + 1}`, tray.present ? tray.type || "?" : null, tray.color, isActive, tray.remaining);
    })),
  );
}

function outside(spools, active) {
  return h(
    "section", { class: spools.length === 1 ? "unit lone" : "unit", "aria-label": "External spool" }, h("div", { class: "unit-head" }, h("span", {}, spools.length > 1 ? "External spools" : "External spool")),
    h("ul", { class: "trays", role: "list" }, spools.map((spool) => trayOf("External", spool.type, spool.color, active?.kind === "external" && active.id === spool.id, null))),
  );
}

function trayOf(place, type, color, isActive, remaining) {
  const label = `${place}: ${type ?? "empty"}${isActive ? ", loaded" : ""}${remaining !== null && remaining >= 0 ? `, ${remaining} % left` : ""}`;
  return h(
    "li", { class: `tray${isActive ? " active" : ""}${type ? "" : " vacant"}`, title: label },
    h("span", { class: "unseen" }, label), swatch(type ? color : null), h("span", { class: "clip", "aria-hidden": "true" }, type ?? "–"),
  );
}

function swatch(color) {
  const isColor = /^[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$/.test(color ?? "");
  return h("span", { class: isColor ? "swatch" : "swatch none", "aria-hidden": "true" }, isColor ? h("i", { style: { background: `#${color}` } }) : null);
}
