// Which view is shown: the part of the address behind #.

import { Store } from "./store.js";

const place = () => location.hash.replace(/^#\/?/, "").split("/")[0] || "printers";

export const route = new Store(place());

addEventListener("hashchange", () => {
  // "#content" is where the skip link leads, and no view.
  if (location.hash !== "#content") route.set(place());
});
