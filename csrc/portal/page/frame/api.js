// The way to the portal. The token is held here, in memory, and leaves in one header alone.

let token = null;

export const hasToken = () => token !== null;
export function setToken(value) {
  token = value;
}

export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function ask(path, options) {
  return fetch(`/portal/${path}`, {
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    ...options,
    headers: { Authorization: `Bearer ${token}`, Accept: "application/json", ...options?.headers },
  });
}

let refused = () => {};
export function onRefused(act) {
  refused = act;
}

async function problemOf(answer) {
  const body = await answer.json().catch(() => null);
  if (answer.status === 401) refused();
  return new Problem(answer.status, body?.message ?? `The portal answered ${answer.status}`);
}

async function send(method, path, body, headers, lines) {
  let answer;
  try {
    answer = await ask(path, { method, body, headers });
  } catch {
    throw new Problem(0, "The portal does not answer. Is it still running?");
  }
  if (!answer.ok) throw await problemOf(answer);
  if (lines)
    return (await answer.text())
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return answer.status === 204 ? null : answer.json();
}

export const get = (path) => send("GET", path);
export const getLines = (path) => send("GET", path, undefined, undefined, true); // a value for each line
export const remove = (path) => send("DELETE", path);
export const put = (path) => send("PUT", path);
export const post = (path, value) =>
  send("POST", path, value === undefined ? undefined : JSON.stringify(value), { "Content-Type": "application/json" });
export const patch = (path, value) =>
  send("PATCH", path, JSON.stringify(value), { "Content-Type": "application/json" });
export const postLines = (path, lines) => send("POST", path, lines, { "Content-Type": "application/x-ndjson" });

// A path of texts, each as one part; a query of those that have a value.
export const path = (...parts) => parts.map(encodeURIComponent).join("/");
export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
