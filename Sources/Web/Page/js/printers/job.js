// The print on the machine: ring, name, time left, layers.

import { h, mark, s, say, show } from "../core/dom.js";
import { duration, timeOfDay } from "../core/format.js";

const radius = 44;
const round = 2 * Math.PI * radius;

export function jobPart() {
  const done = s("circle", { class: "done", cx: "50", cy: "50", r: radius, "stroke-dasharray": round, "stroke-dashoffset": round });
  const percent = h("b");
  const number = document.createTextNode("");
  percent.append(number, h("small", {}, "%"));
  const ring = h(
    "div", { class: "ring", role: "progressbar", "aria-label": "Progress", "aria-valuemin": "0", "aria-valuemax": "100" },
    s("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, s("circle", { class: "track", cx: "50", cy: "50", r: radius }), done), percent,
  );
  const name = h("h3");
  const left = h("p", { class: "job-left" });
  const end = h("span");
  const layer = h("span");
  const layers = h("p", { class: "muted small figures job-small" }, end, layer);
  const stage = h("p", { class: "muted small" });
  const element = h("div", { class: "job", hidden: true }, ring, h("div", { class: "job-facts" }, name, left, layers, stage));

  return {
    element,
    update(_, status) {
      const job = status && jobOf(status);
      show(element, Boolean(job));
      if (!job) return;
      mark(element, "tone", job.tone);
      const value = Math.round(job.progress ?? 0);
      const text = job.progress === null ? "–" : String(value);
      if (number.data !== text) number.data = text;
      ring.setAttribute("aria-valuenow", String(value));
      done.setAttribute("stroke-dashoffset", String(round * (1 - value / 100)));
      say(name, job.name);
      say(left, job.left);
      show(layers, Boolean(job.end || job.layer));
      say(end, job.end);
      say(layer, job.layer);
      show(stage, Boolean(job.stage));
      say(stage, job.stage);
    },
  };
}

function jobOf(status) {
  const { state } = status;
  const name = status.task_name || status.current_print?.task_name || fileName(status.filename) || "Print without a name";
  const isUnderWay = status.state === "printing" && status.remaining_time >= 60;
  const end = isUnderWay ? `Done at ${timeOfDay(Date.now() + status.remaining_time * 1000)}` : null;
  const layer = status.current_layer !== null && status.total_layers ? `Layer ${status.current_layer} of ${status.total_layers}` : null;
  const common = { name, end, layer, progress: status.progress, stage: stageOf(status) };
  switch (state) {
    case "preparing": return { ...common, tone: "accent", left: "Getting ready" };
    case "printing": return { ...common, tone: "accent", left: timeLeft(status.remaining_time) };
    case "paused": return { ...common, tone: "warn", left: status.remaining_time ? `Paused, ${duration(status.remaining_time)} to go` : "Paused" };
    case "finished": return { ...common, tone: "good", progress: 100, left: status.plate_cleared ? "Finished" : "Finished, the plate is waiting", stage: null };
    case "failed": return { ...common, tone: "bad", left: "Failed", stage: null };
    default: return null;
  }
}

function timeLeft(seconds) {
  if (seconds === null || seconds === undefined) return "Printing";
  if (seconds < 60) return "About to finish";
  return `${duration(seconds)} left`;
}

function stageOf(status) {
  const stage = status.stage?.name;
  const isPlain = !stage || stage.toLowerCase() === status.state || stage.toLowerCase() === "printing";
  return isPlain ? null : stage[0].toUpperCase() + stage.slice(1);
}

const fileName = (path) => path?.split("/").pop() ?? null;
