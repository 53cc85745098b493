// All printers: who they are (asked), and how they stand (told by the WebSocket).

import { followBoard } from "../board/standing.js";
import { api } from "../core/api.js";
import { connection, LiveConnection } from "../core/live.js";
import { Store } from "../core/store.js";
import { toast } from "../parts/toast.js";

const reloadEvery = 60_000;

/**
 * list: the printers, or null before the first answer. statuses: by id { value, at, isFresh }; what was told before the
 * connection broke is kept as last words and is not fresh.
 */
export function openFleet() {
  const store = new Store({ list: null, statuses: {}, problem: null });
  const board = followBoard();
  let isLoading = false;
  let isStale = false;

  async function reload() {
    if (isLoading) {
      isStale = true;
      return;
    }
    isLoading = true;
    try {
      const list = await api.get("/printers");
      store.change({ list, problem: null });
    } catch (error) {
      store.change({ problem: error });
    } finally {
      isLoading = false;
      if (isStale) {
        isStale = false;
        reload();
      }
    }
  }

  function hear(message) {
    board.hear(message);
    if (message === null) {
      const old = Object.entries(store.value.statuses).map(([id, status]) => [id, { ...status, isFresh: false }]);
      store.change({ statuses: Object.fromEntries(old) });
      reload();
      return;
    }
    const id = message.printer_id;
    switch (message.type) {
      case "printer_state":
        store.change({ statuses: { ...store.value.statuses, [id]: { value: message.payload, at: Date.now(), isFresh: true } } });
        if (!store.value.list?.some((printer) => printer.id === id)) reload();
        break;
      case "print_complete":
        toast(`${message.payload.printer_name}: ${nameOf(message.payload)} is finished.`);
        break;
      case "print_failed":
        toast(`${message.payload.printer_name}: ${nameOf(message.payload)} ${message.payload.status === "stopped" ? "was stopped" : "has failed"}.`);
        break;
    }
  }

  const live = new LiveConnection(hear);
  live.start();
  const timer = setInterval(() => document.visibilityState === "visible" && reload(), reloadEvery);

  return {
    store,
    /** How the board stands. */
    board: board.store,
    reload,
    retry: () => live.retry(),
    /** What is known of a printer just now; fresh only while it is told live. */
    standing(id) {
      const status = store.value.statuses[id];
      if (!status) return null;
      return { ...status, isFresh: status.isFresh && connection.value.state === "live" };
    },
    close() {
      clearInterval(timer);
      live.stop();
    },
  };
}

const nameOf = (payload) => payload.task_name || payload.filename || "The print";
