// Camera pictures: one printer live, the others as stills; and why there is none.

import { errorFrom } from "../core/api.js";
import { h, mark, say, show } from "../core/dom.js";
import { icon } from "../core/icons.js";

const stillEvery = 10_000;
const retryEvery = 20_000;
const checkEvery = 10_000;
/** A picture of a live stream that is older than this is told as old. */
const oldAfter = 10;
const headers = { "X-Response-Format": "bare" };
/** States in which the printer cannot show a picture. */
const dark = new Set(["offline", "error", "unknown"]);

/** Decides which camera is live: the one that a person chose, else the first that prints, else the first of all. */
export class CameraDirector {
  #cards = [];
  #chosen = null;
  #live = null;

  choose(cards) {
    this.#cards = cards;
    const able = cards.filter((card) => card.camera.isAble);
    const wanted = able.find((card) => card.camera === this.#chosen)
      ?? able.find((card) => card.camera === this.#live && card.status?.state === "printing")
      ?? able.find((card) => ["printing", "preparing"].includes(card.status?.state)) ?? able[0];
    this.#live = wanted?.camera ?? null;
    for (const card of cards) card.camera.setLive(card.camera === this.#live);
  }

  prefer(camera) {
    this.#chosen = camera;
    this.choose(this.#cards);
  }

  end() {
    this.#cards = [];
  }
}

export function cameraPart(id, director) {
  const path = `/api/v1/printers/${id}/camera`;
  const picture = h("img", { alt: "", hidden: true });
  const reason = h("p");
  const none = h("div", { class: "camera-none" }, icon("camera"), reason);
  const label = h("span", { class: "camera-mark", hidden: true });
  const button = h("button", { type: "button", class: "camera-switch", hidden: true, onclick: () => director.prefer(part) }, "Watch live");
  const element = h("div", { class: "camera" }, picture, none, label, button);

  let name = "";
  let mode = "none";
  let wanted = "none";
  let timer = 0;
  let waiting = null;
  let address = null;
  let isSeen = false;
  let takenAt = 0;
  let isRetry = false;

  const watcher = new IntersectionObserver((entries) => {
    isSeen = entries.at(-1).isIntersecting;
    start();
  }, { rootMargin: "200px" });
  watcher.observe(element);
  const whenVisible = () => start();
  document.addEventListener("visibilitychange", whenVisible);

  const part = {
    element,
    isAble: false,
    update(printer, status) {
      name = printer.name;
      picture.alt = `Camera of ${name}`;
      button.setAttribute("aria-label", `Watch ${name} live`);
      this.isAble = Boolean(status) && !dark.has(status.state) && status.camera?.disabled !== true;
      if (this.isAble) return;
      wanted = "none";
      stop();
      tell(status?.camera?.disabled ? "The camera is switched off on the printer's screen." : status ? "No picture while the printer is away." : "No picture while the page is not live.");
    },
    setLive(isLive) {
      const next = this.isAble ? (isLive ? "live" : "still") : "none";
      if (next === wanted) return;
      wanted = next;
      stop();
      if (wanted !== "none" && !address) tell("Waiting for a picture …");
      start();
    },
    end() {
      watcher.disconnect();
      document.removeEventListener("visibilitychange", whenVisible);
      wanted = "none";
      stop();
      forget();
    },
  };

  function start() {
    const isWatched = isSeen && document.visibilityState === "visible";
    if (!isWatched) return stop();
    if (mode === wanted) return undefined;
    clearTimeout(timer);
    if (wanted === "live") return live();
    if (wanted === "still") return still();
    return undefined;
  }

  function stop() {
    clearTimeout(timer);
    waiting?.abort();
    waiting = null;
    if (mode === "live") {
      // Without an address the browser gives the connection up.
      picture.onload = null;
      picture.onerror = null;
      if (address) picture.src = address;
      else {
        picture.removeAttribute("src");
        show(picture, false);
        show(none, true);
        say(reason, "Waiting for a picture …");
      }
    }
    mode = "none";
    draw();
  }

  /** Asks how the camera stands; false where there is no picture to be had just now, and that is told. */
  async function stands(began) {
    waiting = new AbortController();
    try {
      const response = await fetch(path, { signal: waiting.signal, cache: "no-store", headers });
      if (mode !== began) return false;
      if (!response.ok) {
        fail(await errorFrom(response));
        return false;
      }
      const camera = await response.json();
      if (camera.age !== null && camera.age > oldAfter && mode === "live") say(label, `Picture of ${Math.round(camera.age)} s ago`);
      else draw();
      if (!camera.error || isRetry) return true;
      fail(new Error(camera.reason ?? "The camera gives no picture."));
      return false;
    } catch (error) {
      // The page's own mark says when the service is away.
      if (error.name !== "AbortError") fail(error);
      return false;
    }
  }

  async function live() {
    mode = "live";
    if (!(await stands("live")) || mode !== "live") return;
    isRetry = false;
    picture.onerror = () => fail(null);
    picture.onload = () => shown();
    picture.src = `${path}/stream?at=${Date.now()}`;
    timer = setTimeout(check, checkEvery);
    draw();
  }

  /** A stream that stands still says nothing; the service knows how old its newest picture is. */
  async function check() {
    if (await stands("live")) timer = setTimeout(check, checkEvery);
  }

  async function still() {
    mode = "still";
    if (!(await stands("still")) || mode !== "still") return;
    isRetry = false;
    try {
      const response = await fetch(`${path}/snapshot?width=640`, { signal: waiting.signal, cache: "no-store", headers });
      if (!response.ok) {
        fail(await errorFrom(response));
        return;
      }
      const blob = await response.blob();
      if (mode !== "still") return;
      forget();
      address = URL.createObjectURL(blob);
      picture.src = address;
      takenAt = Date.now();
      shown();
      timer = setTimeout(still, stillEvery);
    } catch (error) {
      if (error.name !== "AbortError") fail(error);
    }
  }

  /** Says why, and tries again later; then also where the service still holds the camera for lost. */
  function fail(error) {
    if (mode === "none") return;
    stop();
    mode = "failed";
    tell(error?.message ?? "The picture broke off.");
    // A picture that failed without a word: the service is asked at once what is wrong.
    isRetry = Boolean(error);
    timer = setTimeout(() => {
      mode = "none";
      start();
    }, error ? retryEvery : 1000);
  }

  function shown() {
    show(none, false);
    show(picture, true);
    draw();
  }

  function tell(text) {
    forget();
    show(picture, false);
    show(none, true);
    say(reason, text);
    draw();
  }

  function draw() {
    const isShown = !picture.hidden;
    show(label, isShown);
    mark(label, "live", mode === "live");
    if (isShown) say(label, mode === "live" ? "Live" : takenAt ? `Still, ${clock(takenAt)}` : "Still");
    show(button, part.isAble && wanted === "still");
  }

  function forget() {
    if (!address) return;
    URL.revokeObjectURL(address);
    address = null;
    picture.removeAttribute("src");
  }

  return part;
}

const format = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const clock = (moment) => format.format(new Date(moment));
