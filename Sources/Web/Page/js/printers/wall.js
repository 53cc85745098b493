// The view of all printers.

import { fill, h, say, show } from "../core/dom.js";
import { printerDrawing } from "../core/icons.js";
import { connection } from "../core/live.js";
import { may } from "../core/session.js";
import { button } from "../parts/button.js";
import { openAddDialog } from "./add.js";
import { CameraDirector } from "./camera.js";
import { printerCard } from "./card.js";

export function wallView(fleet) {
  const summary = h("p", { class: "muted" });
  const add = () => openAddDialog(fleet);
  const notice = h("div", { class: "notice bad", role: "alert", hidden: true, style: { "margin-bottom": "1.2rem" } }, h("p"));
  const wall = h("div", { class: "wall" });
  const rest = h("div");
  const element = h(
    "div", {},
    h("div", { class: "view-head" }, h("div", {}, h("h1", { tabindex: "-1" }, "Printers"), summary),
      may("admin") ? button("Add a printer", { look: "main", symbol: "plus", onclick: add }) : null),
    notice, wall, rest,
  );
  const director = new CameraDirector();
  const cards = new Map();

  function draw() {
    const { list, problem } = fleet.store.value;
    const isLost = connection.value.state === "lost";
    show(notice, isLost || Boolean(problem));
    say(notice.firstChild, isLost
      ? "Not live: the connection to the service is interrupted. What you see is what was known before; it is tried again by itself."
      : problem?.message);
    if (list === null) {
      fill(rest, problem ? null : h("div", { class: "loading" }, h("div", { class: "spinner" }), h("p", {}, "Looking for your printers …")));
      return;
    }
    drawCards(list);
    say(summary, summaryOf(list, fleet));
    if (list.length > 0) fill(rest);
    else if (!rest.querySelector(".empty")) fill(rest, emptyWall(add));
  }

  function drawCards(list) {
    const known = new Set(list.map((printer) => printer.id));
    for (const [id, card] of cards) {
      if (known.has(id)) continue;
      card.end();
      card.element.remove();
      cards.delete(id);
    }
    list.forEach((printer, index) => {
      let card = cards.get(printer.id);
      if (!card) {
        card = printerCard(printer, fleet, director);
        cards.set(printer.id, card);
      }
      if (wall.children[index] !== card.element) wall.insertBefore(card.element, wall.children[index] ?? null);
      card.update(printer, fleet.standing(printer.id));
    });
    director.choose([...cards.values()]);
  }

  const stops = [fleet.store.follow(draw), connection.follow(draw)];
  // Ages grow without anything happening.
  const timer = setInterval(draw, 10_000);
  return {
    element,
    end() {
      clearInterval(timer);
      for (const stop of stops) stop();
      for (const card of cards.values()) card.end();
      director.end();
    },
  };
}

function summaryOf(list, fleet) {
  if (list.length === 0) return "";
  const counts = new Map();
  for (const printer of list) {
    const standing = fleet.standing(printer.id);
    const state = standing?.isFresh ? standing.value.state : "not live";
    const word = { error: "needs attention", unknown: "waiting for data" }[state] ?? state;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(" · ");
}

function emptyWall(add) {
  return h(
    "div", { class: "card empty" }, printerDrawing(), h("h2", {}, "No printer yet"),
    may("admin")
      ? [h("p", {}, "Add your first printer: Layerberry looks for it in the network, and needs its access code once."),
        button("Add a printer", { look: "main", symbol: "plus", onclick: add })]
      : h("p", {}, "Somebody who may administer this service can add one."),
  );
}
