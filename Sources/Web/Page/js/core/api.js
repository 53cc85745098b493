// Requests to the service. A failure is an ApiError with the service's own sentence.

const base = "/api/v1";

export class ApiError extends Error {
  /** status 0: no answer at all. */
  constructor(status, code, message, fields = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

const lost = "The service does not answer. Check that it runs and that this device is in its network.";

/** Turns an answer that is no success into an error. */
export async function errorFrom(response) {
  let detail;
  try {
    detail = await response.json();
  } catch {
    detail = {};
  }
  const message = detail.detail ?? detail.error?.message ?? `The service answered ${response.status}.`;
  const code = detail.code ?? detail.error?.code ?? "";
  const wait = Number(response.headers.get("Retry-After"));
  const hint = response.status === 429 && wait > 0 ? ` Try again in ${wait} s.` : "";
  return new ApiError(response.status, code, message + hint, detail.errors ?? []);
}

let whenSignedOut = () => {};
/** What happens when the service no longer knows us. */
export function onSignedOut(action) {
  whenSignedOut = action;
}

/** Sends a request and gives the whole response; throws an ApiError where it is no success. */
export async function send(method, path, { body, signal, asksWho = true, root = false } = {}) {
  const headers = { "X-Response-Format": "bare" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch((root ? "" : base) + path, {
      method, headers, signal, credentials: "same-origin", cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "", lost);
  }
  if (response.ok) return response;
  const error = await errorFrom(response);
  if (error.status === 401 && asksWho) whenSignedOut();
  throw error;
}

async function json(method, path, options) {
  return (await send(method, path, options)).json();
}

export const api = {
  get: (path, options) => json("GET", path, options),
  post: (path, body, options) => json("POST", path, { body, ...options }),
  put: (path, body, options) => json("PUT", path, { body, ...options }),
  patch: (path, body, options) => json("PATCH", path, { body, ...options }),
  remove: (path, options) => json("DELETE", path, options),
};
