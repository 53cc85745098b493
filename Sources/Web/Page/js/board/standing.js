// The board: asked once for each connection, told by the WebSocket from then on.

import { api } from "../core/api.js";
import { Store } from "../core/store.js";

/** lights, relays, buttons: as the API shows them; null before the first answer. */
export function followBoard() {
  const store = new Store({ lights: null, relays: null, buttons: null, error: null });

  async function ask() {
    try {
      const [lights, relays, buttons] = await Promise.all(["leds", "relays", "buttons"].map((part) => api.get(`/board/${part}`)));
      store.change({ lights, relays, buttons });
    } catch {
      // The next connection asks again; whether there is one is told elsewhere.
    }
  }

  return {
    store,
    /** Takes a message of the WebSocket; null when a new connection begins. */
    hear(message) {
      if (message === null) ask();
      else if (message.type === "board") {
        const { leds, relays, buttons, error } = message.payload;
        store.change({ lights: leds, relays, buttons, error });
      }
    },
  };
}
