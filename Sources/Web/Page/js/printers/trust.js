// A printer that shows another key than before: a person decides.

import { api } from "../core/api.js";
import { fill, h, show, whenChanged } from "../core/dom.js";
import { may } from "../core/session.js";
import { busyWhile, button } from "../parts/button.js";
import { confirmed } from "../parts/dialog.js";
import { toast } from "../parts/toast.js";

export function trustPart(fleet) {
  const element = h("div", { class: "stack tight", hidden: true });
  let asked = null;
  const draw = whenChanged(({ id, name, offered, isWanted }) => {
    show(element, isWanted && Boolean(offered));
    if (!offered) return;
    const accept = button("Trust the new key", {
      look: "slim danger",
      onclick: async () => {
        const yes = await confirmed("Trust the new key?", `${name} is followed again, and the access code goes to whoever holds this key: ${offered}`, "Trust it");
        if (!yes) return;
        busyWhile(accept, () => api.post(`/printers/${id}/trust`, { fingerprint: offered }).then(() => fleet.reload(), (error) => toast(error.message)));
      },
    });
    fill(element, h("p", { class: "small muted" }, "Offered key: ", h("code", {}, `${offered.slice(0, 16)}…`)), h("div", {}, accept));
  });
  return {
    element,
    update(printer, status) {
      const isWanted = may("admin") && status?.error === "certificate_changed";
      // The key is in the printer's own entry, which is asked anew when this begins.
      if (isWanted && asked !== status.last_update) {
        asked = status.last_update;
        if (!printer.trust?.offered) fleet.reload();
      }
      draw({ id: printer.id, name: printer.name, offered: printer.trust?.offered ?? null, isWanted });
    },
  };
}
