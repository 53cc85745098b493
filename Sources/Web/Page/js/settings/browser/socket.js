// Live events: the messages of a WebSocket as they come.

import { h, say } from "../../core/dom.js";
import { button } from "../../parts/button.js";
import { colored } from "./json.js";

const most = 50;

export function socketPart(path, key) {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (key) address.searchParams.set("api_key", key);
  const state = h("span", { class: "chip" }, "connecting");
  const list = h("pre");
  const socket = new WebSocket(address);
  const close = button("Close", { look: "slim", onclick: () => socket.close(1000) });
  socket.onopen = () => say(state, "open");
  socket.onclose = (event) => {
    say(state, `closed (${event.code}${event.reason ? ` ${event.reason}` : ""})`);
    close.disabled = true;
  };
  const element = h("div", { class: "answer" }, h("div", { class: "answer-head" }, state, h("span", { class: "grow muted" }, `the last ${most} messages`), close), list);
  socket.onmessage = (event) => {
    // Nobody looks any more.
    if (!element.isConnected) return socket.close(1000);
    list.prepend(h("div", {}, parsed(event.data)));
    while (list.children.length > most) list.lastElementChild.remove();
    return undefined;
  };
  return element;
}

function parsed(text) {
  try {
    return colored(JSON.parse(text));
  } catch {
    return text;
  }
}
