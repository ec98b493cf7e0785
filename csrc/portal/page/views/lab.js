// What goes wrong on demand, and how the portal behaves where no source decides it.
import { get, patch, path, post, remove } from "./api.js";
import { attempt, button, card, el, empty, field, table, text } from "./dom.js";
import { number } from "./words.js";

export const title = "Faults and switches";

const QUICK = [
  ["Next request: 503", { status: 503, times: 1 }],
  ["Next request: 429", { status: 429, times: 1, headers: { "Retry-After": "1" } }],
  ["Answers 2 s late", { delay: 2 }],
  ["Next answer is cut", { reset: "middle", times: 1 }],
  ["One in ten fails", { status: 500, probability: 0.1 }],
];

function describe(rule) {
  const whom = [rule.operation, rule.method, rule.path].filter(Boolean).join(" ") || "every request";
  const how = Object.entries(rule)
    .filter(([name]) => !["operation", "method", "path"].includes(name))
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
  return [text(whom), el("br"), text(how, { class: "own note" })];
}

function faultList(faults, again) {
  if (faults.length === 0) return empty("Nothing goes wrong.");
  const rows = faults.map((fault, i) => [
    describe(fault.rule),
    number(fault.met),
    number(fault.struck),
    button(
      "Remove",
      attempt(() => remove(path("faults", String(i))), "Removed", again),
      { "aria-label": `Remove fault ${i + 1}` },
    ),
  ]);
  return el(
    "div",
    null,
    table("Faults", ["Whom, and how", "Met", "Struck", "Remove"], rows),
    button("Remove all", attempt(() => remove("faults"), "Nothing goes wrong any more", again)),
  );
}

// The fields of a rule that have a value.
function read(fields) {
  const rule = {};
  for (const [name, { control }] of Object.entries(fields)) {
    const value = control.value.trim();
    if (value !== "") rule[name] = control.type === "number" ? Number(value) : value;
  }
  return rule;
}

function faultForm(lab, operations, again) {
  const list = el(
    "datalist",
    { id: "operations" },
    operations.map((name) => el("option", { value: name })),
  );
  const fields = {
    operation: field("Operation", {
      list: "operations",
      placeholder: "every request; batch_* for several",
      autocomplete: "off",
    }),
    status: field("Status", { type: "number", min: 200, max: 599, placeholder: "the real answer" }),
    refusal: field("Refusal", { options: [["", "none"], ...lab.refusals.map((name) => [name])], value: "" }),
    nth: field("From the nth on", { type: "number", min: 1 }),
    times: field("At most, times", { type: "number", min: 1 }),
    delay: field("Delay, seconds", { type: "number", min: 0, step: 0.1 }),
    reset: field("Reset the connection", { options: [["", "no"], ["before"], ["after"], ["middle"]], value: "" }),
  };
  const act = attempt(async () => {
    const rule = read(fields);
    if (Object.keys(rule).every((name) => ["operation", "nth", "times"].includes(name)))
      throw new Error("Say what goes wrong: a status, a refusal, a delay or a reset");
    await post("faults", rule);
  }, "It will", again);
  return el(
    "form",
    { class: "grid", on: { submit: act } },
    list,
    Object.values(fields).map((one) => one.whole),
    el("button", { class: "main" }, "Let it go wrong"),
  );
}

function quickButtons(again) {
  return el(
    "div",
    { class: "buttons" },
    QUICK.map(([words, rule]) =>
      button(words, attempt(() => post("faults", rule), `${words}: set`, again)),
    ),
  );
}

const changed = (one) => one.value !== one.default;

function control(one, again) {
  const set = (value) =>
    attempt(() => patch("switches", { [one.name]: value }), `${one.name} is ${value}`, again)();
  const attributes = one.choices
    ? {
        options: one.choices.map((choice) => [choice, choice === one.default ? `${choice} (default)` : choice]),
        value: one.value,
      }
    : { type: "number", value: one.value, min: one.least, step: 1 };
  const shown = field(one.name, attributes);
  shown.control.addEventListener("change", () => set(one.choices ? shown.control.value : Number(shown.control.value)));
  return el(
    "li",
    { class: changed(one) ? "switch changed" : "switch", "data-name": one.name },
    shown.whole,
    el(
      "p",
      { class: "note" },
      one.help,
      changed(one)
        ? button(`Back to ${one.default}`, () => set(one.default), {
            class: "plain",
            "aria-label": `${one.name} back to ${one.default}`,
          })
        : "",
    ),
  );
}

function switchesCard(filter, switches) {
  return card(
    "Switches",
    el(
      "p",
      { class: "note" },
      "Where no source decides what HubSpot does, and for sizes and delays. Changed ones stand first.",
    ),
    filter.whole,
    switches,
  );
}

export async function show(place, [words = ""]) {
  const { operations } = await get("operations");
  const faults = el("div"),
    switches = el("ul", { class: "switches" });
  const filter = field("Filter", {
    type: "search",
    value: words,
    placeholder: "limit, label, 400 …",
    autocomplete: "off",
  });
  let lab;
  function drawSwitches() {
    const wanted = filter.control.value.trim().toLowerCase();
    const list = lab.switches.filter((one) => `${one.name} ${one.help}`.toLowerCase().includes(wanted));
    list.sort((a, b) => changed(b) - changed(a));
    switches.replaceChildren(...list.map((one) => control(one, again)));
  }
  async function again() {
    lab = await get("lab");
    faults.replaceChildren(faultList(lab.faults, again));
    drawSwitches();
  }
  await again();
  filter.control.addEventListener("input", drawSwitches);
  place.append(
    card(
      "Faults",
      faults,
      quickButtons(again),
      el("details", null, el("summary", null, "A fault of your own"), faultForm(lab, operations, again)),
    ),
    switchesCard(filter, switches),
  );
  const timer = setInterval(async () => {
    if (document.hidden || faults.contains(document.activeElement)) return;
    const fresh = await get("lab").catch(() => null);
    if (fresh) faults.replaceChildren(faultList(fresh.faults, again));
  }, 2000);
  return () => clearInterval(timer);
}
