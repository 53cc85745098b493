// One operation: its inputs, and running it.

import { fill, h, show, withCode } from "../../core/dom.js";
import { busyWhile, button } from "../../parts/button.js";
import { field, problemPlace } from "../../parts/field.js";
import { toast } from "../../parts/toast.js";
import { answerPart } from "./answer.js";
import { socketPart } from "./socket.js";

export function trialPart(operation, context) {
  const inputs = operation.parameters.map((parameter) => ({ parameter, ...inputOf(parameter) }));
  const headers = inputs.filter(({ parameter }) => parameter.place === "header");
  const body = bodyField(operation);
  const place = problemPlace();
  const answer = h("div", { "aria-live": "polite" });
  const run = button("Execute", { type: "submit", look: "main" });
  const stop = button("Stop", { hidden: true });
  const form = h(
    "form", { class: "trial", novalidate: true },
    operation.details ? h("p", { class: "note" }, withCode(operation.details)) : null,
    operation.permission ? h("p", { class: "note" }, "Needs ", h("code", {}, operation.permission), ".") : null,
    group(inputs.filter(({ parameter }) => parameter.place !== "header")),
    headers.length > 0 ? h("details", {}, h("summary", { class: "small muted" }, "Headers"), group(headers)) : null,
    body?.element, place.element,
    h("div", { class: "row" }, run, stop, operation.isSocket ? null : button("Copy as curl", { look: "quiet", onclick: () => copyCurl() })),
    answer,
  );

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = requestOf();
    if (!request) return;
    if (operation.isSocket) fill(answer, socketPart(request.address, context.key()));
    else busyWhile(run, () => execute(request));
  });

  async function execute(request) {
    const asking = new AbortController();
    stop.onclick = () => asking.abort();
    show(stop, true);
    const began = performance.now();
    try {
      // With a key the session stays out of it, so that what is seen is what the key may do.
      const response = await fetch(request.address, {
        method: operation.verb, headers: request.headers, body: request.body, signal: asking.signal, cache: "no-store",
        credentials: context.key() ? "omit" : "same-origin",
      });
      await answerPart(answer, response, { began, address: request.address, key: context.key() });
    } catch (error) {
      fill(answer, h("div", { class: "notice bad" }, h("p", {}, error.name === "AbortError" ? "Stopped." : "The service did not answer.")));
    } finally {
      show(stop, false);
    }
  }

  /** The request that the inputs say, or null with the problem shown. */
  function requestOf() {
    place.say(null);
    let path = operation.address;
    const query = new URLSearchParams();
    const sent = {};
    for (const { parameter, input, problem } of inputs) {
      problem(null);
      const value = input.value.trim();
      if (value === "" && parameter.isRequired) {
        problem("This is needed.");
        input.focus();
        return null;
      }
      if (value === "") continue;
      if (parameter.place === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
      else if (parameter.place === "query") query.append(parameter.name, value);
      else sent[parameter.name] = value;
    }
    if (context.key()) sent["X-API-Key"] = context.key();
    const content = body?.read();
    if (content?.problem) {
      place.say(content.problem);
      return null;
    }
    if (content?.value !== undefined) sent["Content-Type"] = content.type;
    const tail = query.size > 0 || query.toString() ? `?${query}` : "";
    return { address: path + tail, headers: sent, body: content?.value };
  }

  async function copyCurl() {
    const request = requestOf();
    if (!request) return;
    const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
    const words = ["curl", "-X", operation.verb];
    for (const [name, value] of Object.entries(request.headers)) words.push("-H", quoted(`${name}: ${name === "X-API-Key" ? "YOUR_KEY" : value}`));
    if (typeof request.body === "string") words.push("-d", quoted(request.body));
    words.push(quoted(new URL(request.address, location.href).href));
    const text = words.join(" ");
    try {
      await navigator.clipboard.writeText(text);
      toast("The command has been copied.");
    } catch {
      fill(answer, h("div", { class: "answer" }, h("pre", {}, text)));
    }
  }

  return { element: form };
}

function group(inputs) {
  return inputs.length > 0 ? h("div", { class: "inputs" }, inputs.map((one) => one.element)) : null;
}

function inputOf(parameter) {
  const { schema } = parameter;
  const example = parameter.example ?? schema.example ?? schema.examples?.[0];
  const options = schema.enum ? [["", parameter.isRequired ? "Choose …" : "–"], ...schema.enum.map((word) => [word, String(word)])] : undefined;
  const made = field(parameter.name, {
    value: parameter.isRequired && example !== undefined && !options ? String(example) : "",
    placeholder: !parameter.isRequired && example !== undefined ? String(example) : undefined,
    autocomplete: "off", spellcheck: "false", inputmode: schema.type === "integer" ? "numeric" : undefined,
  }, { note: parameter.note, tag: options ? "select" : "input", options, must: parameter.isRequired });
  made.element.querySelector("label").append(h("span", { class: "where" }, parameter.place), parameter.isRequired ? h("span", { class: "must", title: "needed" }, " *") : "");
  return made;
}

function bodyField(operation) {
  const { body } = operation;
  if (!body) return null;
  if (body.isFile) {
    const made = field("File", { type: "file" });
    return {
      element: made.element,
      read() {
        const file = made.input.files[0];
        if (!file) return body.isRequired ? { problem: "Choose a file." } : {};
        return { value: file, type: "application/octet-stream" };
      },
    };
  }
  const text = body.example === null || body.example === undefined ? "" : JSON.stringify(body.example, null, 2);
  const made = field("Request body", { spellcheck: "false", rows: String(Math.min(18, Math.max(4, text.split("\n").length + 1))), value: text }, { tag: "textarea" });
  return {
    element: made.element,
    read() {
      const value = made.input.value.trim();
      if (value === "") return {};
      try {
        JSON.parse(value);
      } catch (error) {
        return { problem: `The body is no JSON: ${error.message}` };
      }
      return { value, type: body.type };
    },
  };
}
