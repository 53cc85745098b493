// The view before anything else: the board's password.

import { h } from "../core/dom.js";
import { askWho, session, signIn } from "../core/session.js";
import { busyWhile, button } from "../parts/button.js";
import { field, problemPlace } from "../parts/field.js";

export function signInView() {
  const password = field("Password", { type: "password", name: "password", autocomplete: "current-password", required: true });
  const place = problemPlace();
  const go = button("Sign in", { type: "submit", look: "main" });
  const form = h(
    "form", {
      class: "card padded stack", novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        place.say(null);
        if (!password.input.value) {
          password.problem("Enter the password.");
          password.input.focus();
          return;
        }
        password.problem(null);
        busyWhile(go, async () => {
          try {
            await signIn(password.input.value);
          } catch (error) {
            if (error.status === 401) password.problem("That is not the password.");
            else place.say(error.message);
            password.input.select();
            password.input.focus();
          }
        });
      },
    },
    // Password managers want to know whose password it is.
    h("input", { type: "text", name: "username", value: "layerberry", autocomplete: "username", hidden: true }),
    password.element, place.element, go,
    h("details", {},
      h("summary", { class: "small" }, "First time here?"),
      h("p", { class: "note" }, "Layerberry made a password when it started first. It was printed in the output of the service (“first password: …”), or it lies in the file first-password in the data folder.")),
  );
  const view = h(
    "main", { class: "gate", id: "content", tabindex: "-1" },
    h("div", { class: "gate-card stack" },
      h("div", { class: "gate-brand" }, h("img", { src: "/assets/icon.svg", alt: "" }), h("h1", {}, "Layerberry"), h("p", { class: "muted" }, "Sign in to see your printers.")),
      form,
      session.value.isOpen ? button("Go on without signing in", { look: "quiet", onclick: askWho }) : null),
  );
  queueMicrotask(() => password.input.focus());
  return { element: view, end() {} };
}

/** While the service cannot be asked who we are. */
export function noServiceView(problem, retry) {
  return {
    element: h(
      "main", { class: "gate", id: "content", tabindex: "-1" },
      h("div", { class: "card empty" }, h("h1", {}, "No answer"), h("p", {}, problem.message), button("Try again", { look: "main", symbol: "again", onclick: retry })),
    ),
    end() {},
  };
}
