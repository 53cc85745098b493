// Changing the board's password.

import { fill, h } from "../core/dom.js";
import { changePassword } from "../core/session.js";
import { busyWhile, button } from "../parts/button.js";
import { openDialog } from "../parts/dialog.js";
import { field, problemPlace, showError } from "../parts/field.js";
import { toast } from "../parts/toast.js";

export function openPasswordDialog() {
  return openDialog("Change the password", ({ body, foot, close, form }) => {
    const current = field("Current password", { type: "password", autocomplete: "current-password", required: true });
    const fresh = field("New password", { type: "password", autocomplete: "new-password", required: true, minlength: 8, maxlength: 256 }, { note: "At least 8 characters." });
    const again = field("New password once more", { type: "password", autocomplete: "new-password", required: true });
    const place = problemPlace();
    const save = button("Change the password", { type: "submit", look: "main" });
    fill(body, h("input", { type: "text", value: "layerberry", autocomplete: "username", hidden: true }), current.element, fresh.element, again.element, place.element,
      h("p", { class: "note" }, "All other sessions end. API keys stay as they are."));
    fill(foot, button("Cancel", { onclick: () => close() }), save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const one of [current, fresh, again]) one.problem(null);
      place.say(null);
      const length = [...fresh.input.value].length;
      if (length < 8 || length > 256) {
        fresh.problem("Use 8 to 256 characters.");
        fresh.input.focus();
        return;
      }
      if (fresh.input.value !== again.input.value) {
        again.problem("The two differ.");
        again.input.focus();
        return;
      }
      busyWhile(save, async () => {
        try {
          await changePassword(current.input.value, fresh.input.value);
          close();
          toast("The password has been changed.");
        } catch (error) {
          if (error.status === 401) {
            current.problem("That is not the current password.");
            current.input.focus();
          } else showError(error, { current, new: fresh }, place);
        }
      });
    });
  });
}
