// One record: its picture, all that it is tied to in both directions, its properties.
import { get, path, query } from "./api.js";
import { attempt, button, card, el, empty, link, table, text } from "./dom.js";
import { graph } from "./graph.js";
import { chips, counted, number, pairAddress, recordAddress, recordLink, time, titleOf } from "./words.js";

export const title = "Record";

const SHOWN = 250,
  TRAIL = 6,
  LONG = 300; // letters that may have to be scrolled
const trail = []; // of records that were looked at, in this tab

function trailOf(record) {
  const at = trail.findIndex((one) => one.type === record.type && one.id === record.id);
  if (at >= 0) trail.splice(at);
  trail.push({ type: record.type, id: record.id, title: record.title });
  if (trail.length > TRAIL) trail.shift();
  return (
    trail.length > 1 &&
    el(
      "nav",
      { class: "trail", "aria-label": "Records on the way here" },
      el(
        "ol",
        null,
        trail.map((one, i) =>
          el(
            "li",
            null,
            i === trail.length - 1
              ? text(titleOf(one), { "aria-current": "page" })
              : link(recordAddress(one), text(titleOf(one))),
          ),
        ),
      ),
    )
  );
}

// Labels of both directions: → of this record's, ← of the other's.
function linkRow(one, sets) {
  const both = [...chips(sets[one.set], "→"), ...chips(sets[one.back], "←")];
  return [
    [recordLink(one), one.archived ? el("span", { class: "chip" }, "archived") : ""],
    text(one.detail),
    both.length ? both : el("span", { class: "faint" }, "no label"),
    one.id,
  ];
}

function tieCard(record, tie, sets) {
  const rows = el("div");
  const draw = () =>
    rows.replaceChildren(
      table(
        `Linked ${tie.words}`,
        ["Record", "Detail", "Labels", "Id"],
        tie.links.map((one) => linkRow(one, sets)),
      ),
      tie.more ? button(`Show more of ${number(tie.total)}`, more) : "",
    );
  const more = attempt(async () => {
    const next = await get(
      path("records", record.type, record.id, "links", tie.type) + query({ limit: 500, after: tie.links.at(-1).id }),
    );
    Object.assign(sets, next.sets);
    tie.links = tie.links.concat(next.ties[0]?.links ?? []);
    tie.more = next.ties[0]?.more ?? false;
    draw();
  });
  draw();
  return el(
    "section",
    { class: "card" },
    el(
      "h2",
      null,
      text(tie.words),
      " ",
      el("small", null, number(tie.total)),
      " ",
      el("a", { class: "aside", href: pairAddress(record.type, tie.type) }, "labels and limits"),
    ),
    rows,
  );
}

function propertiesCard(record) {
  const names = Object.keys(record.properties ?? {}).sort();
  return card(
    "Properties",
    names.length === 0
      ? empty("None.")
      : el(
          "dl",
          { class: "facts" },
          names.map((name) => {
            const value = String(record.properties[name] ?? "");
            return [el("dt", null, text(name)), el("dd", { tabindex: value.length > LONG && "0" }, text(value))];
          }),
        ),
  );
}

export async function show(place, [type, id]) {
  const { record, ties, sets } = await get(`${path("records", type, id)}${query({ limit: SHOWN })}`);
  const heading = place.firstChild;
  heading.replaceChildren(text(titleOf(record)));
  document.title = `${titleOf(record)} · Tether portal`;
  place.prepend(trailOf(record) || "");
  const total = ties.reduce((sum, tie) => sum + tie.total, 0);
  place.append(
    el(
      "p",
      { class: "lead" },
      text(record.words),
      ` · id ${record.id} · made ${time(record.created)}`,
      record.updated !== record.created ? ` · changed ${time(record.updated)}` : "",
      ` · ${counted(total, "link")}`,
      record.archived ? el("span", { class: "chip" }, "archived") : "",
    ),
  );
  if (total > 0) place.append(graph(record, ties, sets));
  place.append(
    el(
      "div",
      { class: "columns wide" },
      el(
        "div",
        null,
        total === 0
          ? card("Links", empty("This record is tied to nothing."))
          : ties.map((tie) => tieCard(record, tie, sets)),
      ),
      propertiesCard(record),
    ),
  );
}
