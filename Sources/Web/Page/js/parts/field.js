// Labelled inputs with their problem below them.

import { freshName, h, say, show, withCode } from "../core/dom.js";

/** A labelled input. Gives { element, input, problem(text) }. */
export function field(label, properties = {}, { note, tag = "input", options, after, must = false } = {}) {
  const name = freshName("field");
  const noteName = `${name}-note`;
  const problemName = `${name}-problem`;
  const input = h(tag, {
    class: "input", id: name, "aria-describedby": `${note ? `${noteName} ` : ""}${problemName}`, "aria-required": must ? "true" : undefined, ...properties,
  }, ...(options ?? []).map(([value, text]) => h("option", { value }, text)));
  const problemText = h("p", { class: "problem", id: problemName, hidden: true });
  const element = h(
    "div", { class: "field" },
    h("label", { for: name }, label),
    after ? h("div", { class: "with-button" }, input, after) : input,
    note ? h("small", { id: noteName }, withCode(note)) : null, problemText,
  );
  return {
    element, input,
    problem(text) {
      say(problemText, text ?? "");
      show(problemText, Boolean(text));
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
}

export function checkbox(label, note, properties = {}) {
  const input = h("input", { type: "checkbox", ...properties });
  const element = h("label", { class: "check" }, input, h("span", {}, h("b", {}, label), note ? h("small", {}, note) : null));
  return { element, input };
}

/** A place for what went wrong with the whole form; empty until then. */
export function problemPlace() {
  const text = h("p");
  const element = h("div", { class: "notice bad", role: "alert", hidden: true }, text);
  return {
    element,
    say(message) {
      say(text, message ?? "");
      show(element, Boolean(message));
    },
  };
}

/** Shows an error of the service at the fields that it names, and the rest below the form. */
export function showError(error, fields, place) {
  let isNamed = false;
  let first = null;
  for (const [name, one] of Object.entries(fields)) {
    const found = error.fields?.find((entry) => entry.field === name);
    one.problem(found ? `${found.message[0].toUpperCase()}${found.message.slice(1)}.` : null);
    if (found) {
      isNamed = true;
      first ??= one.input;
    }
  }
  place.say(isNamed ? null : error.message);
  first?.focus();
}
