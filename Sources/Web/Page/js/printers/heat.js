// Temperatures, with what they go to.

import { fill, h, mark, show, whenChanged } from "../core/dom.js";
import { degrees } from "../core/format.js";

export function heatPart() {
  const element = h("dl", { class: "heat", hidden: true });
  const draw = whenChanged((places) => {
    show(element, places.length > 0);
    mark(element, "count", places.length);
    fill(element, places.map(({ name, now, target }) => h(
      "div", { class: target > 0 && now < target - 3 ? "warming" : "" },
      h("dt", {}, name), h("dd", {}, degrees(now), target > 0 ? h("small", {}, ` / ${degrees(target)}`) : null),
    )));
  });
  return {
    element,
    update(_, status) {
      draw(placesOf(status?.temperatures));
    },
  };
}

function placesOf(heat) {
  if (!heat) return [];
  const hasTwo = "nozzle_2" in heat;
  return [
    { name: hasTwo ? "Right nozzle" : "Nozzle", now: heat.nozzle, target: heat.nozzle_target },
    hasTwo ? { name: "Left nozzle", now: heat.nozzle_2, target: heat.nozzle_2_target } : null,
    { name: "Bed", now: heat.bed, target: heat.bed_target },
    { name: "Chamber", now: heat.chamber, target: heat.chamber_target },
  ].filter((place) => place && place.now !== null && place.now !== undefined)
    .map((place) => ({ ...place, now: Math.round(place.now), target: Math.round(place.target ?? 0) }));
}
