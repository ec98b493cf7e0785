// Rate limits as they fill, the clock, and what OAuth has given out.
import { get, patch } from "./api.js";
import { attempt, button, card, el, empty, field, link, table } from "./dom.js";
import { counted, number, time } from "./words.js";

export const title = "Limits and clock";

const EVERY_MS = 1000;

function meter(name, limit, note) {
  const full = limit.most > 0 && limit.used >= limit.most;
  return el(
    "div",
    { class: "meter" },
    el("p", null, el("strong", null, name), " ", el("span", { class: "note" }, note)),
    limit.most
      ? el("progress", {
          max: limit.most,
          value: Math.min(limit.used, limit.most),
          class: full && "full",
          "aria-label": name,
        })
      : "",
    el(
      "p",
      null,
      limit.most ? `${number(limit.used)} of ${number(limit.most)}` : `${number(limit.used)}, without a limit`,
      full ? el("span", { class: "chip wrong" }, "full: 429") : "",
    ),
  );
}

function clockCard(again) {
  const now = el("p", { class: "large", id: "clock" });
  const forward = (seconds, words) =>
    button(words, attempt(() => patch("clock", { advance: seconds }), `The clock went ${words}`, again));
  const set = field("Set it to", { type: "datetime-local", step: 1 });
  const act = attempt(async () => {
    const ms = new Date(set.control.value).getTime();
    if (Number.isNaN(ms)) throw new Error("A date and a time are needed");
    await patch("clock", { ms });
  }, "The clock is set", again);
  return {
    now,
    whole: card(
      "Clock",
      now,
      el(
        "div",
        { class: "buttons" },
        forward(10, "10 s forward"),
        forward(3600, "an hour forward"),
        forward(86400, "a day forward"),
      ),
      el("form", { class: "search", on: { submit: act } }, set.whole, el("button", null, "Set")),
    ),
  };
}

function countersCard(counters) {
  const rows = Object.entries(counters.operations)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => [el("code", null, name), number(count)]);
  return card(
    "Counters",
    el(
      "p",
      null,
      counted(counters.requests, "request"),
      ` · ${number(counters.rateLimited)} refused with 429 · `,
      counted(counters.faults, "fault"),
      ` struck · ${counted(counters.linked, "pair")} linked`,
    ),
    rows.length ? table("Requests by operation", ["Operation", "Requests"], rows) : empty("Nothing was asked yet."),
  );
}

const yes = (value) => (value ? "yes" : "no");

function oauthCard(oauth) {
  const facts = [
    ["Client id", oauth.client_id ?? "none"],
    ["Client secret is compared", yes(oauth.secret)],
    ["A code is open", yes(oauth.code)],
    ["A refresh token is good", yes(oauth.refresh)],
    ["Scopes", oauth.scopes ? oauth.scopes.join(", ") : "all"],
  ];
  return card(
    "OAuth",
    el(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) => [el("dt", null, name), el("dd", null, value)]),
    ),
    oauth.tokens.length
      ? table(
          "Tokens",
          ["Kind", "Ends in", "Good until"],
          oauth.tokens.map((one) => [
            one.kind,
            el("code", null, `…${one.ends}`),
            one.expires_ms ? time(one.expires_ms) : "it is revoked",
          ]),
        )
      : empty("No token was given out yet."),
  );
}

function limitsCard(meters) {
  const switches = ["tier", "burst", "daily"].flatMap((name) => [" ", link(`#/lab/${name}`, name)]);
  return card(
    "Rate limits",
    meters,
    el("p", { class: "note" }, "The tier and the figures are switches:", switches, "."),
  );
}

export async function show(place) {
  const meters = el("div"),
    counters = el("div"),
    oauth = el("div");
  let offset = 0;
  const clock = clockCard(draw);
  async function draw() {
    const [limits, lab] = await Promise.all([get("limits"), get("lab")]);
    offset = limits.now_ms - Date.now();
    meters.replaceChildren(
      meter("Ten seconds", limits.window, "a rolling window; batches, labels, limits and search are free of it"),
      meter("Search", limits.second, "a rolling second"),
      meter("Day", limits.day, `until ${time(limits.day.resets_ms)}`),
    );
    counters.replaceChildren(countersCard(limits.counters));
    oauth.replaceChildren(oauthCard(lab.oauth));
    tick();
  }
  const tick = () => {
    clock.now.textContent = time(Date.now() + offset);
  };
  await draw();
  place.append(el("div", { class: "columns" }, limitsCard(meters), clock.whole, counters, oauth));
  const timer = setInterval(() => {
    if (!document.hidden) draw().catch(() => {});
  }, EVERY_MS);
  return () => clearInterval(timer);
}
