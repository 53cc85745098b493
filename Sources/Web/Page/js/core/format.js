// Values in words and figures.

export const dash = "–";

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return null;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute";
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

export function age(since, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  return `${duration(seconds)} ago`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The time of day; with the day where it is another one. */
export function timeOfDay(moment, now = new Date()) {
  const date = new Date(moment);
  return (date.toDateString() === now.toDateString() ? clock : day).format(date);
}

export const dateAndTime = (moment) => full.format(new Date(moment));

export const degrees = (value) => (value === null || value === undefined ? dash : `${Math.round(value)}°`);

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

const stateWords = {
  idle: ["Idle", "info"],
  preparing: ["Preparing", "accent"],
  printing: ["Printing", "accent"],
  paused: ["Paused", "warn"],
  finished: ["Finished", "good"],
  failed: ["Failed", "bad"],
  offline: ["Offline", "none"],
  error: ["Needs attention", "bad"],
  unknown: ["Waiting for data", "none"],
};

/** The word for a printer's state, and its tone. */
export function stateWord(state) {
  return stateWords[state] ?? [state ?? "Unknown", "none"];
}
