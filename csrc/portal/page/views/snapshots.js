// States to go back to, and portals that begin as this one is.
import { get, path, post, put, remove } from "./api.js";
import { attempt, button, card, el, empty, field, table, text } from "./dom.js";
import { bytes, number, time } from "./words.js";

export const title = "Snapshots";

// A second click within some seconds does it.
function certain(words, act, attributes) {
  const one = button(
    words,
    (event) => {
      if (one.dataset.asked) return act(event);
      one.dataset.asked = "yes";
      one.textContent = `${words}: sure?`;
      setTimeout(() => {
        delete one.dataset.asked;
        one.textContent = words;
      }, 4000);
      return null;
    },
    attributes,
  );
  return one;
}

function snapshotTable(list, again) {
  if (list.length === 0)
    return empty("None yet. A snapshot keeps the account, switches, faults and clock as they are now.");
  return table(
    "Snapshots",
    ["Name", "Taken", "Records", "Links", "Size", "Do"],
    list.map((one) => [
      text(one.name),
      time(one.made),
      number(one.records),
      number(one.links),
      bytes(one.bytes),
      el(
        "div",
        { class: "buttons" },
        button(
          "Restore",
          attempt(() => post(`${path("snapshots", one.name)}/restore`), "The portal is as it was", again),
          { "aria-label": `Restore ${one.name}` },
        ),
        certain(
          "Drop",
          attempt(() => remove(path("snapshots", one.name)), "Dropped", again),
          { "aria-label": `Drop ${one.name}` },
        ),
      ),
    ]),
  );
}

function forkTable(list, again) {
  if (list.length === 0)
    return empty("None. A fork is a second portal that begins as this one is now, with the same token.");
  return table(
    "Forks",
    ["Address", "Close"],
    list.map((one) => [
      el("code", null, one.url),
      button(
        "Close",
        attempt(() => remove(path("forks", String(one.fork))), "Closed", again),
        { "aria-label": `Close ${one.url}` },
      ),
    ]),
  );
}

export async function show(place) {
  const name = field("Name", { required: true, maxlength: 60, placeholder: "before the import", autocomplete: "off" });
  const kept = el("div"),
    forks = el("div");
  async function again() {
    const [all, others] = await Promise.all([get("snapshots"), get("forks")]);
    kept.replaceChildren(snapshotTable(all.snapshots, again));
    forks.replaceChildren(forkTable(others.forks, again));
  }
  const take = attempt(async () => {
    await put(path("snapshots", name.control.value.trim()));
    name.control.value = "";
  }, "Taken", again);
  await again();
  place.append(
    card(
      "Snapshots",
      el(
        "form",
        { class: "search", on: { submit: take } },
        name.whole,
        el("button", { class: "main" }, "Take a snapshot"),
      ),
      kept,
    ),
    card(
      "Forks",
      forks,
      button("Fork this portal", attempt(() => post("forks"), "A second portal runs", again)),
    ),
  );
}
