// Webhooks that go out: who is told of what, and what became of each delivery.
import { get, getLines, post, remove } from "./api.js";
import { attempt, button, card, el, empty, field, table, text } from "./dom.js";
import { clock, counted, number } from "./words.js";

export const title = "Webhooks";

const EVERY_MS = 1000,
  SHOWN = 100;
const EXAMPLE = "contact.associationChange\ncompany.associationChange\ncontact.creation";

const what = (one) => [one.eventType, one.objectTypeId, one.propertyName].filter(Boolean).join(" · ");

function appCard(app) {
  const counts = [
    ["waiting", "event"],
    ["retrying", "delivery", "deliveries"],
    ["delivered", "event"],
    ["givenUp", "event"],
    ["dropped", "event"],
  ];
  const names = {
    waiting: "waiting",
    retrying: "to be tried again",
    delivered: "delivered",
    givenUp: "given up",
    dropped: "dropped",
  };
  return card(
    `App ${app.appId}`,
    el("p", null, "To ", text(app.targetUrl || "nowhere yet", { class: "own code" })),
    el(
      "p",
      { class: "note" },
      counts.map(([name, one, many]) => `${counted(app[name], one, many)} ${names[name]}`).join(" · "),
    ),
    app.subscriptions.length === 0
      ? empty("No subscriptions.")
      : table(
          `Subscriptions of app ${app.appId}`,
          ["Event", "Active", "Id"],
          app.subscriptions.map((one) => [text(what(one)), one.active ? "yes" : "no", one.id]),
        ),
  );
}

const shade = (status) => (status >= 200 && status < 300 ? "good" : "wrong");

const deliveryRow = (one) => [
  clock(one.at_ms, true),
  String(one.attempt),
  number(one.count),
  el("span", { class: `chip ${shade(one.status)}` }, one.status ? String(one.status) : "no answer"),
  `${number(one.took_ms)} ms`,
  one.problem ? text(one.problem) : "",
  one.next_ms ? clock(one.next_ms) : "",
  text(one.url, { class: "own code" }),
];

function deliveries(list) {
  if (list.length === 0) return empty("Nothing was sent yet.");
  return table(
    "Deliveries, the newest first",
    ["Sent", "Attempt", "Events", "Status", "Took", "Why", "Again at", "To"],
    list.slice(-SHOWN).reverse().map(deliveryRow),
  );
}

function subscribeForm(again) {
  const url = field("Address", {
    type: "url",
    required: true,
    placeholder: "http://127.0.0.1:8080/hook",
    hint: "Of this machine, unless the portal was opened with further hosts.",
  });
  const secret = field("App secret", {
    type: "password",
    autocomplete: "off",
    hint: "It signs the deliveries; empty: the portal’s own, or none.",
  });
  const events = field("Event types", {
    rows: 4,
    spellcheck: "false",
    value: EXAMPLE,
    hint: "One a line; a property’s name may follow, with a blank between.",
  });
  const act = attempt(async () => {
    const list = events.control.value
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([name]) => name !== "")
      .map(([eventType, propertyName]) => ({ eventType, propertyName }));
    await post("webhooks", { url: url.control.value, secret: secret.control.value || undefined, events: list });
    secret.control.value = "";
  }, "It is told from now on", again);
  return el(
    "form",
    { class: "stack", on: { submit: act } },
    url.whole,
    secret.whole,
    events.whole,
    el("button", { class: "main" }, "Subscribe"),
  );
}

function deliveriesCard(sent, again) {
  return card(
    "Deliveries",
    sent,
    el(
      "div",
      { class: "buttons" },
      button("Empty the log", attempt(() => remove("deliveries"), "The log is empty", again)),
      button("Tell nobody any more", attempt(() => remove("webhooks"), "Nobody is told", again)),
    ),
  );
}

export async function show(place) {
  const apps = el("div", { class: "stack" }),
    sent = el("div");
  let before = "";
  async function again() {
    const [state, list] = await Promise.all([get("webhooks"), getLines("deliveries")]);
    const now = JSON.stringify([state, list.at(-1)?.number]);
    if (now === before) return;
    before = now;
    apps.replaceChildren(
      ...(state.apps.length ? state.apps.map(appCard) : [card("Subscriptions", empty("Nobody is told of changes."))]),
    );
    sent.replaceChildren(deliveries(list));
  }
  await again();
  place.append(
    apps,
    el("details", { class: "card" }, el("summary", null, el("h2", null, "Tell an address")), subscribeForm(again)),
    deliveriesCard(sent, again),
  );
  const timer = setInterval(() => {
    if (!document.hidden) again().catch(() => {});
  }, EVERY_MS);
  return () => clearInterval(timer);
}
