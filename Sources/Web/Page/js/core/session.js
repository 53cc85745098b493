// Who looks at the page, and what they may do.

import { api, onSignedOut, send } from "./api.js";
import { Store } from "./store.js";

/** who: null nobody, undefined not known yet. problem: why it cannot be asked. */
export const session = new Store({ who: undefined, problem: null });

onSignedOut(() => session.change({ who: null }));

export async function askWho() {
  try {
    // Asked first, because a browser notes every refusal as an error.
    if (!(await isKnown())) {
      session.set({ who: null, problem: null });
      return;
    }
    session.set({ who: await api.get("/auth/me", { asksWho: false }), problem: null });
  } catch (error) {
    session.set(error.status === 401 ? { who: null, problem: null } : { who: session.value.who, problem: error });
  }
}

async function isKnown() {
  return (await (await send("GET", "/assets/standing.json", { root: true, asksWho: false })).json()).known;
}

/** Where nobody needs to sign in, a person may still want to. */
export function wantToSignIn() {
  session.set({ who: null, problem: null, isOpen: true });
}

export async function signIn(password) {
  await api.post("/auth/login", { password }, { asksWho: false });
  await askWho();
}

export async function signOut() {
  await api.post("/auth/logout");
  session.set({ who: null, problem: null });
}

export async function changePassword(current, fresh) {
  await api.put("/auth/password", { current, new: fresh }, { asksWho: false });
  await askWho();
}

export function may(permission) {
  return session.value.who?.permissions?.includes(permission) ?? false;
}
