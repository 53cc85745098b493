// JSON in lines and colours, as elements.

import { h } from "../../core/dom.js";

/** A list of nodes and texts. */
export function colored(value, indent = "") {
  if (value === null || typeof value === "boolean") return [h("span", { class: "json-word" }, String(value))];
  if (typeof value === "number") return [h("span", { class: "json-number" }, String(value))];
  if (typeof value === "string") return [h("span", { class: "json-string" }, JSON.stringify(value))];
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return [isList ? "[]" : "{}"];
  const deeper = `${indent}  `;
  const parts = [isList ? "[\n" : "{\n"];
  entries.forEach(([name, member], index) => {
    parts.push(deeper);
    if (!isList) parts.push(h("span", { class: "json-key" }, JSON.stringify(name)), ": ");
    for (const part of colored(member, deeper)) parts.push(part);
    parts.push(index < entries.length - 1 ? ",\n" : "\n");
  });
  parts.push(indent + (isList ? "]" : "}"));
  return parts;
}
