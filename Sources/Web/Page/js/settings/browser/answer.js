// What came back: status, time, and the body as what it is.

import { fill, h } from "../../core/dom.js";
import { bytes } from "../../core/format.js";
import { colored } from "./json.js";

const mostText = 400_000;

/** Shows an answer in `place`. */
export async function answerPart(place, response, { began, address, key }) {
  const type = response.headers.get("Content-Type") ?? "";
  const answered = performance.now() - began;
  if (type.startsWith("multipart/x-mixed-replace")) {
    await response.body?.cancel();
    fill(place, frame(response, answered, null, stream(address, key)));
    return;
  }
  const content = await read(response);
  fill(place, frame(response, performance.now() - began, content.size, shown(content, type, response)));
}

async function read(response) {
  const blob = await response.blob();
  return { blob, size: blob.size, text: isText(response) ? await blob.text() : null };
}

const isText = (response) => /json|text|xml|csv/.test(response.headers.get("Content-Type") ?? "");

function shown(content, type, response) {
  if (content.size === 0) return h("pre", { class: "muted" }, "No body.");
  if (type.startsWith("image/")) return h("img", { src: URL.createObjectURL(content.blob), alt: "The picture that was answered", onload: (event) => URL.revokeObjectURL(event.target.src) });
  if (content.text === null) return save(content, response);
  const text = content.text.slice(0, mostText);
  const rest = content.text.length > mostText ? h("p", { class: "note" }, `${bytes(content.text.length - mostText)} more are not shown.`) : null;
  if (!type.includes("json") || rest) return [h("pre", {}, text), rest];
  try {
    return h("pre", {}, colored(JSON.parse(content.text)));
  } catch {
    return h("pre", {}, text);
  }
}

function save(content, response) {
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  const address = URL.createObjectURL(content.blob);
  return h("pre", {}, h("a", { href: address, download: name ? decodeURIComponent(name) : "answer.bin" }, `Save the file (${bytes(content.size)})`));
}

function stream(address, key) {
  const source = new URL(address, location.href);
  if (key) source.searchParams.set("api_key", key);
  return h("img", { src: source.pathname + source.search, alt: "The stream of pictures" });
}

function frame(response, time, size, body) {
  const tone = response.ok || response.status === 304 ? "good" : response.status >= 500 ? "bad" : "warn";
  return h(
    "div", { class: "answer" },
    h("div", { class: "answer-head" }, h("span", { class: `chip ${tone}`, data: { status: String(response.status) } }, `${response.status} ${response.statusText}`.trim()),
      h("span", { class: "figures" }, `${time < 100 ? time.toFixed(1) : Math.round(time)} ms`), size === null ? null : h("span", { class: "muted" }, bytes(size))),
    body,
    h("details", {}, h("summary", {}, "Headers"), h("pre", {}, [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n"))),
  );
}
