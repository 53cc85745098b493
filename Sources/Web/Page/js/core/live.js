// The WebSocket: printers as they are, and whether that is so just now.

import { askWho, session } from "./session.js";
import { Store } from "./store.js";

const waits = [1, 2, 4, 8, 15, 30];
const beat = 15_000;
const patience = 10_000;

/** state: connecting, live or lost; since: when it was live last; next: when it is tried again. */
export const connection = new Store({ state: "connecting", since: null, next: null });

export class LiveConnection {
  #socket = null;
  #hear;
  #failures = 0;
  #timer = 0;
  #beatTimer = 0;
  #deadline = 0;
  #isWanted = false;

  /** hear: takes every message; null when a new connection begins. */
  constructor(hear) {
    this.#hear = hear;
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
  }

  start() {
    this.#isWanted = true;
    this.#failures = 0;
    connection.set({ state: "connecting", since: null, next: null });
    this.#open();
  }

  stop() {
    this.#isWanted = false;
    this.#clear();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  /** Tries at once where it waits. */
  retry() {
    this.#hurry();
  }

  #open() {
    this.#clear();
    const address = new URL("/api/v1/ws", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#take(socket, event.data);
    socket.onclose = () => this.#closed(socket);
  }

  #opened(socket) {
    if (socket !== this.#socket) return;
    this.#failures = 0;
    this.#hear(null);
    connection.set({ state: "live", since: Date.now(), next: null });
    this.#beatTimer = setInterval(() => this.#ping(socket), beat);
  }

  #ping(socket) {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send('{"type":"ping"}');
    clearTimeout(this.#deadline);
    // A connection that does not answer is none, whatever the browser says of it.
    this.#deadline = setTimeout(() => {
      socket.close();
      this.#closed(socket);
    }, patience);
  }

  #take(socket, text) {
    if (socket !== this.#socket) return;
    clearTimeout(this.#deadline);
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    connection.value.since = Date.now();
    if (message.type !== "pong") this.#hear(message);
  }

  async #closed(socket) {
    if (socket !== this.#socket || !this.#isWanted) return;
    this.#socket = null;
    this.#clear();
    const seconds = waits[Math.min(this.#failures, waits.length - 1)] * (0.8 + 0.4 * Math.random());
    this.#failures += 1;
    connection.set({ state: "lost", since: connection.value.since, next: Date.now() + seconds * 1000 });
    this.#timer = setTimeout(() => this.#open(), seconds * 1000);
    // The service may be away, or may no longer know us: it says which.
    await askWho();
    if (session.value.who === null) this.stop();
  }

  #hurry() {
    if (!this.#isWanted || this.#socket) {
      if (this.#socket?.readyState === WebSocket.OPEN) this.#ping(this.#socket);
      return;
    }
    this.#open();
  }

  #clear() {
    clearTimeout(this.#timer);
    clearInterval(this.#beatTimer);
    clearTimeout(this.#deadline);
  }
}
