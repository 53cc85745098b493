// A light as it looks on the board: in the rhythm of its pattern.

import { h, mark, whenChanged } from "../core/dom.js";

const steps = 30;

/** One round: how bright, and for how many milliseconds. The rhythms are those of the service. */
function roundOf(pattern, isDimmable) {
  const [word, first, second] = pattern.split(" ");
  switch (word) {
    case "blink": return [[1, Number(first)], [0, Number(second)]];
    case "heartbeat": return [[1, 100], [0, 150], [1, 100], [0, 1150]];
    case "count": return Array.from({ length: Number(first) }, (_, index) => [[1, 300], [0, index + 1 === Number(first) ? 1700 : 300]]).flat();
    case "breathe":
      if (!isDimmable) return [[1, 2000], [0, 2000]];
      return Array.from({ length: steps }, (_, step) => [(Math.min(step, steps - step) / (steps / 2)) ** 2, 100]);
    default: return [[word === "on" ? 1 : 0, 1000]];
  }
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** element: a small round light; update(light) gives it what the API shows of one. */
export function lamp() {
  const glow = h("i");
  const element = h("span", { class: "lamp", "aria-hidden": "true" }, glow);
  let running = null;
  const draw = whenChanged(({ pattern, dimmable }) => {
    running?.cancel();
    const round = roundOf(pattern, dimmable);
    const total = round.reduce((sum, [, length]) => sum + length, 0);
    mark(element, "pattern", pattern);
    if (round.length === 1 || calm.matches) {
      running = glow.animate([{ opacity: round[0][0] }, { opacity: round[0][0] }], { duration: 1, fill: "both" });
      return;
    }
    let passed = 0;
    const frames = round.map(([opacity, length]) => {
      const frame = { opacity, offset: passed / total, easing: "step-end" };
      passed += length;
      return frame;
    });
    frames.push({ ...frames[0], offset: 1 });
    running = glow.animate(frames, { duration: total, iterations: Infinity });
  });
  return { element, update: ({ pattern, dimmable }) => draw({ pattern, dimmable }) };
}

const meanings = {
  identify: "Flickers so that it can be found",
  update_running: "An update is installed: leave the power on",
  pairing: "Somebody wants to pair: count the flashes",
  error: "The service or its board is not well",
  starting: "Starting",
  no_network: "No network",
  needs_attention: "A printer needs attention",
  plate: "A plate waits to be cleared",
  printing: "Printing",
  done: "A print is done",
  ready: "All is well",
};

/** What a light tells, in words. */
export function meaningOf(light) {
  if (light.error) return light.error;
  if (light.overridden) return `Set by somebody: ${light.pattern}`;
  return meanings[light.state] ?? (light.state === null ? "Dark" : light.state);
}
