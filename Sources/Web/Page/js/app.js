// The page: who looks at it decides the frame, the address decides the view.

import { noServiceView, signInView } from "./account/sign-in.js";
import { frame } from "./frame.js";
import { fill, h } from "./core/dom.js";
import { askWho, session } from "./core/session.js";

const place = document.getElementById("frame");
let shown = { kind: null, end() {} };

function kindOf({ who, problem }) {
  if (who) return "page";
  if (who === null) return "sign-in";
  return problem ? "no-service" : "waiting";
}

session.follow((value) => {
  const kind = kindOf(value);
  if (kind === shown.kind) return;
  shown.end();
  shown = { kind, ...make(kind, value) };
  fill(place, shown.element);
});

function make(kind, { problem }) {
  switch (kind) {
    case "page": return frame();
    case "sign-in": return signInView();
    case "no-service": return noServiceView(problem, askWho);
    default: return { element: h("main", { class: "loading" }, h("div", { class: "spinner" }), h("p", {}, "One moment …")), end() {} };
  }
}

askWho();
