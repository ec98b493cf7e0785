// The request log as it grows, the newest first.
import { get, path, remove } from "./api.js";
import { attempt, button, el, empty, field, table, text } from "./dom.js";
import { forget, requests, watch } from "./stream.js";
import { bytes, clock, number, time, took } from "./words.js";

export const title = "Requests";

const SHOWN = 200,
  RATE_MS = 5000;

const fits = (entry, words) =>
  words === "" || `${entry.method} ${entry.path} ${entry.operation} ${entry.status}`.toLowerCase().includes(words);

// How many came in the last seconds, of those that are held.
function rate() {
  const list = requests.list,
    since = (list.at(-1)?.at_ms ?? 0) - RATE_MS;
  let count = 0;
  while (count < list.length && list[list.length - 1 - count].at_ms > since) count++;
  if (count < 2) return 0;
  return Math.round((1000 * count) / Math.max(1000, list.at(-1).at_ms - list[list.length - count].at_ms));
}

const shade = (status) => (status < 300 ? "good" : status < 400 ? "" : status < 500 ? "warn" : "wrong");

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function facts(entry) {
  const body =
    entry.body === null
      ? el("p", { class: "note" }, `${bytes(entry.bytes)} that are no text`)
      : entry.bytes === 0
        ? el("p", { class: "note" }, "No body.")
        : el("pre", { tabindex: "0" }, text(pretty(entry.body)));
  return el(
    "td",
    { colspan: 6 },
    el("p", { class: "note" }, `Request ${entry.number} · ${time(entry.at_ms)}`),
    el("pre", { tabindex: "0" }, text(`${entry.method} ${entry.path}`)),
    el("h3", null, "Headers"),
    el("pre", { tabindex: "0" }, text(entry.headers ?? "")),
    el("h3", null, `Body, ${bytes(entry.bytes)}`),
    body,
  );
}

// A row that shows the whole request when it is asked for.
function row(entry) {
  const line = el("tr", { class: entry.fault ? "struck" : null });
  const open = button(
    text(entry.path),
    attempt(async () => {
      const shown = open.getAttribute("aria-expanded") === "true";
      open.setAttribute("aria-expanded", String(!shown));
      if (shown) return line.nextSibling.remove();
      line.after(el("tr", { class: "opened" }, facts(await get(path("log", String(entry.number))))));
    }),
    { class: "plain path", "aria-expanded": "false" },
  );
  line.append(
    el("td", { class: "time" }, clock(entry.at_ms, true)),
    el("td", { class: "method" }, text(entry.method)),
    el("td", null, open),
    el("td", { class: "operation" }, entry.operation || "no route"),
    el(
      "td",
      null,
      el("span", { class: `chip ${shade(entry.status)}` }, String(entry.status)),
      entry.fault ? el("span", { class: "chip wrong" }, "fault") : "",
    ),
    el("td", { class: "took" }, took(entry.took_us)),
  );
  return line;
}

// The table without its rows.
function frame() {
  const heads = ["Time", "Method", "Route", "Operation", "Status", "Took"];
  const whole = table("Requests, the newest first", heads, [], { class: "log" });
  return { body: whole.querySelector("tbody"), whole };
}

// The rows that are shown: new ones go on top, and what is below SHOWN leaves.
function rows(body, words) {
  let drawn = 0;
  return (anew) => {
    if (anew) {
      body.replaceChildren();
      drawn = 0;
    }
    const fresh = requests.list.filter((entry) => entry.number > drawn && fits(entry, words())).slice(-SHOWN);
    drawn = requests.list.at(-1)?.number ?? drawn;
    body.prepend(...fresh.reverse().map(row));
    while (body.children.length > SHOWN) body.lastChild.remove();
  };
}

const summaryOf = (paused) =>
  `${number(requests.total)} seen · ${number(rate())} a second` +
  (requests.skipped ? ` · ${number(requests.skipped)} came too fast to be shown` : "") +
  (paused ? " · paused" : "");

export async function show(place) {
  const filter = field("Filter", { type: "search", placeholder: "batch, 503, PUT …", autocomplete: "off" });
  const summary = el("p", { class: "note" }),
    none = empty("No requests yet. They appear here as a script makes them; those of this page are left out.");
  const { body, whole } = frame();
  const add = rows(body, () => filter.control.value.trim().toLowerCase());
  let paused = false;
  function draw(anew) {
    add(anew);
    whole.hidden = body.children.length === 0;
    none.hidden = !whole.hidden;
  }
  // A row that is open holds the list still.
  function tick() {
    summary.textContent = summaryOf(paused);
    if (requests.list.length === 0) draw(true);
    else if (!paused && !body.querySelector(".opened")) draw(false);
  }
  const pause = button("Pause", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    tick();
  });
  filter.control.addEventListener("input", () => draw(true));
  const clear = attempt(async () => {
    await remove("log");
    forget();
    draw(true);
  }, "The log is empty");
  place.append(
    el("div", { class: "tools" }, filter.whole, el("div", { class: "buttons" }, pause, button("Clear", clear))),
    summary,
    whole,
    none,
  );
  draw(true);
  tick();
  return watch(tick);
}
