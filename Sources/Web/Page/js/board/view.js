// The board: its lights as they are, its relays, and what its button does.

import { api } from "../core/api.js";
import { fill, h, say, show, whenChanged } from "../core/dom.js";
import { may } from "../core/session.js";
import { busyWhile, button } from "../parts/button.js";
import { toast } from "../parts/toast.js";
import { lamp, meaningOf } from "./light.js";

const gestures = {
  short: "Short press", double: "Two presses", triple: "Three presses", quadruple: "Four presses", long: "Hold for 2 s",
  longer: "Hold for 5 s", very_long: "Hold for 15 s",
};
const actions = {
  plate_cleared: "plate cleared, next may start", pairing: "let in who asks", pause_resume: "pause or resume",
  stop: "stop the print", shutdown: "shut the board down", setup_wifi: "set up Wi-Fi", factory_reset: "factory reset",
  toggle_relay: "switch the relay",
};

export function boardView(fleet) {
  const notice = h("div", { class: "notice bad", role: "alert", hidden: true }, h("p"));
  const lights = h("div", { class: "stack tight" });
  const relays = h("div", { class: "stack tight" });
  const buttons = h("div", { class: "stack" });
  const identify = may("control") ? button("Identify", { look: "slim", onclick: () => busyWhile(identify, find) }) : null;
  const element = h(
    "div", {},
    h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Board"), identify), notice,
    h("div", { class: "board" },
      h("section", { class: "card padded stack" }, h("h2", {}, "Lights"), lights),
      h("section", { class: "card padded stack" }, h("h2", {}, "Relays"), relays),
      h("section", { class: "card padded stack" }, h("h2", {}, "Button"), buttons)),
  );

  const drawLights = whenChanged((list) => fill(lights, list.map(lightRow)));
  const drawRelays = whenChanged((list) => fill(relays, list.length > 0 ? list.map(relayRow) : h("p", { class: "note" }, "This board has no relays.")));
  const drawButtons = whenChanged((list) => fill(buttons, list.length > 0 ? list.map(buttonPart) : h("p", { class: "note" }, "This board has no button.")));
  const stop = fleet.board.follow((standing) => {
    show(notice, Boolean(standing.error));
    say(notice.firstChild, standing.error);
    if (standing.lights) drawLights(standing.lights);
    if (standing.relays) drawRelays(standing.relays);
    if (standing.buttons) drawButtons(standing.buttons);
  });
  return { element, end: stop };
}

async function find() {
  try {
    const { seconds } = await api.post("/board/identify");
    toast(`The lights flicker for ${seconds} seconds.`);
  } catch (error) {
    toast(error.message);
  }
}

function lightRow(light) {
  const shown = lamp();
  shown.update(light);
  return h("div", { class: "board-row" }, shown.element, h("div", { class: "grow" }, h("b", {}, light.name), h("p", { class: "muted small" }, meaningOf(light))),
    h("code", {}, light.pattern));
}

function relayRow(relay) {
  const [word, tone] = { on: ["On", "good"], off: ["Off", ""] }[relay.state] ?? ["Unknown", "warn"];
  return h("div", { class: "board-row" }, h("div", { class: "grow" }, h("b", {}, relay.name), relay.error ? h("p", { class: "muted small" }, relay.error) : null),
    h("span", { class: `chip ${tone}` }, word));
}

function buttonPart(one) {
  const canPress = one.virtual && may("admin");
  return h(
    "div", { class: "stack tight" }, h("b", {}, one.name),
    one.error || one.stuck ? h("p", { class: "muted small" }, one.error ?? "It is held down for longer than anybody presses it.") : null,
    one.gestures.map(({ gesture, action }) => h(
      "div", { class: "board-row" }, h("span", {}, gestures[gesture] ?? gesture),
      h("span", { class: "muted grow" }, action === null ? "nothing" : actions[action] ?? action),
      canPress && action !== null ? pressButton(one.name, gesture) : null)),
    canPress ? h("p", { class: "note" }, "This board is virtual: press its button here.") : null,
  );
}

function pressButton(name, gesture) {
  const element = button("Press", {
    look: "slim", "aria-label": `${gestures[gesture] ?? gesture} of ${name}`,
    onclick: () => busyWhile(element, async () => {
      try {
        const { result, message } = await api.post(`/board/buttons/${encodeURIComponent(name)}`, { gesture });
        toast(message ?? { done: "Done.", nothing: "Nothing waited for it.", confirm: "Press short within ten seconds to confirm." }[result] ?? result);
      } catch (error) {
        toast(error.message);
      }
    }),
  });
  return element;
}
