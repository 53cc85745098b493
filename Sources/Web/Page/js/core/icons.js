// Line icons of 24 by 24.

import { s } from "./dom.js";

const paths = {
  plus: ["M12 5v14M5 12h14"],
  pause: ["M9 5v14M15 5v14"],
  play: ["M7 4.5v15l12-7.5z"],
  stop: ["M6 6h12v12H6z"],
  light: ["M9 18h6M10 21h4", "M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.3 1.1 2.2h5c0-.9.4-1.6 1.1-2.2A6 6 0 0 0 12 3z"],
  camera: ["M4 8h3l2-3h6l2 3h3v11H4z", "M12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z"],
  close: ["M6 6l12 12M18 6L6 18"],
  person: ["M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"],
  edit: ["M4 20l1-4L16 5l3 3L8 19z", "M14 7l3 3"],
  search: ["M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12z", "M15.5 15.5L20 20"],
  copy: ["M9 9h11v11H9z", "M15 5H4v11"],
  bin: ["M5 7h14M10 7V4h4v3", "M7 7l1 13h8l1-13"],
  key: ["M8 9a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M11.5 11.5L20 5M17 7.5l2.5 3"],
  again: ["M19 12a7 7 0 1 1-2-5", "M19 4v4h-4"],
};

export function icon(name) {
  return s(
    "svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" },
    ...paths[name].map((d) => s("path", { d })),
  );
}

/** A printer without a print: for empty walls. */
export function printerDrawing() {
  return s(
    "svg", { viewBox: "0 0 96 96", fill: "none", stroke: "currentColor", "stroke-width": "3", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" },
    s("rect", { x: "14", y: "12", width: "68", height: "72", rx: "9" }),
    s("path", { d: "M14 26h68M26 72h44" }),
    s("path", { d: "M44 26v12h8V26M48 38v5" }),
    s("path", { d: "M36 72v-7h24v7M39 65v-7h18v7M42 58v-6h12v6", opacity: "0.55" }),
  );
}
