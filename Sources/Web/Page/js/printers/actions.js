// What can be done with a printer just now, where the caller may.

import { api } from "../core/api.js";
import { fill, h, say, show, whenChanged } from "../core/dom.js";
import { may } from "../core/session.js";
import { busyWhile, button } from "../parts/button.js";
import { confirmed } from "../parts/dialog.js";

export function actionsPart(id) {
  const problem = h("p");
  const notice = h("div", { class: "notice bad", role: "alert", hidden: true }, problem);
  const hint = h("p", { class: "note", hidden: true });
  const row = h("div", { class: "acts" });
  const element = h("div", { class: "stack tight deeds", hidden: true }, notice, hint, row);

  async function act(source, path, body) {
    show(notice, false);
    await busyWhile(source, async () => {
      try {
        await api.post(`/printers/${id}${path}`, body);
      } catch (error) {
        say(problem, error.message);
        show(notice, true);
      }
    });
  }

  function plain(text, symbol, path, body, more = {}) {
    const made = button(text, { symbol, onclick: () => act(made, path, body), ...more });
    return made;
  }

  const draw = whenChanged(({ name, state, light, isRefused, isEnabled, hasPlate }) => {
    const acts = [];
    const isOn = ["idle", "preparing", "printing", "paused", "finished", "failed"].includes(state);
    if (["preparing", "printing"].includes(state)) acts.push(plain("Pause", "pause", "/pause"));
    if (state === "paused") acts.push(plain("Resume", "play", "/resume", undefined, { look: "main" }));
    if (["preparing", "printing", "paused"].includes(state)) {
      const stop = button("Stop", {
        symbol: "stop", look: "danger",
        onclick: async () => {
          if (await confirmed("Stop this print?", `${name} gives the print up; it cannot be resumed.`, "Stop the print")) act(stop, "/stop");
        },
      });
      acts.push(stop);
    }
    if (hasPlate) acts.push(plain("Plate is free", undefined, "/plate-cleared", { cleared: true }));
    if (isOn && light !== undefined) {
      acts.push(plain("Light", "light", "/light", { on: light !== "on" }, { "aria-pressed": String(light === "on") }));
    }
    if (!isEnabled) acts.push(plain("Connect", undefined, "/connect"));
    for (const one of acts) one.disabled = isRefused && !one.textContent.startsWith("Plate") && one.textContent !== "Connect";
    // The keyboard stays where it was, though the button is a new one.
    const focused = row.contains(document.activeElement) ? document.activeElement.textContent : null;
    fill(row, acts);
    show(row, acts.length > 0);
    if (focused !== null) (acts.find((one) => one.textContent === focused) ?? acts[0])?.focus();
  });

  return {
    element,
    update(printer, status) {
      show(element, may("control") && Boolean(status));
      if (!status) return;
      show(hint, Boolean(status.control_hint));
      say(hint, status.control_hint);
      const lights = status.lights ?? {};
      draw({
        name: printer.name, state: status.state, light: lights.chamber_light ?? Object.values(lights)[0],
        isRefused: status.control === "refused", isEnabled: printer.enabled,
        hasPlate: ["finished", "failed"].includes(status.state) && status.plate_cleared === false,
      });
    },
  };
}
