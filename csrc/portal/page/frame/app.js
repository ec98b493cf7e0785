// Asks for the token, then shows the view that the address names: #/record/contacts/101 is `record` with two words.
import { get, hasToken, onRefused, setToken } from "./api.js";
import { attempt, button, el, field, say } from "./dom.js";
import { requests, follow, stop, watch } from "./stream.js";
import { number } from "./words.js";
import * as overview from "./overview.js";
import * as records from "./records.js";
import * as record from "./record.js";
import * as pairs from "./pairs.js";
import * as log from "./requests.js";
import * as limits from "./limits.js";
import * as lab from "./lab.js";
import * as snapshots from "./snapshots.js";
import * as webhooks from "./webhooks.js";

const views = { overview, records, record, pairs, requests: log, limits, lab, snapshots, webhooks };
const shown = ["overview", "records", "pairs", "requests", "limits", "lab", "snapshots", "webhooks"];

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const pulse = document.getElementById("pulse");
let end = null,
  turn = 0;

function words() {
  const parts = location.hash
    .replace(/^#\/?/, "")
    .split("/")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return parts[0] in views ? parts : ["overview"];
}

function mark(name) {
  const current = name === "record" ? "records" : name;
  nav.replaceChildren(
    el(
      "ul",
      null,
      shown.map((one) =>
        el("li", null, el("a", { href: `#/${one}`, "aria-current": one === current && "page" }, views[one].title)),
      ),
    ),
  );
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// What ends a view is called before the next one is drawn, also when it is still loading.
async function show() {
  if (!hasToken()) return;
  const mine = ++turn,
    [name, ...rest] = words(),
    view = views[name];
  end?.();
  end = null;
  mark(name);
  document.title = `${view.title} · Tether portal`;
  const place = el("div", { class: `view ${name}` }, el("h1", { tabindex: "-1" }, view.title));
  main.replaceChildren(place);
  if (mine > 1) place.firstChild.focus({ preventScroll: true });
  scrollTo(0, 0);
  try {
    const ending = await view.show(place, rest);
    if (mine === turn) end = ending ?? null;
    else ending?.();
  } catch (problem) {
    if (mine === turn) place.append(el("p", { class: "empty wrong" }, problem.message));
  }
}

function beat() {
  pulse.replaceChildren(
    el("span", { class: requests.live ? "dot live" : "dot", "aria-hidden": "true" }),
    requests.live ? " live · " : " not connected · ",
    `${number(requests.total)} requests seen`,
  );
}

function leave() {
  stop();
  setToken(null);
  end?.();
  end = null;
  nav.hidden = pulse.hidden = true;
  askForToken();
}

function enter() {
  nav.hidden = pulse.hidden = false;
  follow();
  beat();
  show();
}

function askForToken(problem) {
  const token = field("Token", {
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    hint:
      "tether portal printed it as “token” when it started; in Lua it is portal.token. It is kept in this tab’s " +
      "memory alone.",
  });
  const go = attempt(async () => {
    const given = token.control.value.trim();
    if (!/^[\x21-\x7e]+$/.test(given)) throw new Error("A token is printable characters without blanks");
    setToken(given);
    try {
      await get("overview");
    } catch (refusal) {
      setToken(null);
      throw new Error(refusal.status === 401 ? "The portal does not know this token" : refusal.message);
    }
    say("Connected");
    enter();
  });
  main.replaceChildren(
    el(
      "div",
      { class: "view enter" },
      el("h1", null, "Look into this portal"),
      el("form", { on: { submit: go } }, token.whole, el("button", { class: "main" }, "Open")),
    ),
  );
  document.title = "Tether portal";
  token.control.focus();
  if (problem) say(problem, true);
}

addEventListener("hashchange", show);
watch(beat);
onRefused(() => {
  if (!nav.hidden) {
    leave();
    say("The portal asks for its token again", true);
  }
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("side").append(button("Forget token", leave, { class: "plain", id: "leave" }));
askForToken();
