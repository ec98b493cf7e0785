// The account at a glance: object types, what ties them, and a way to fill an empty one.
import { get, postLines } from "./api.js";
import { attempt, card, el, empty, field, link, text } from "./dom.js";
import { counted, number, pairAddress } from "./words.js";
import { searchBox } from "./records.js";

export const title = "Overview";

function typesCard(types) {
  const filled = types.filter((type) => type.records > 0 || type.own);
  if (filled.length === 0) return card("Records", empty("No records yet."));
  filled.sort((a, b) => b.records - a.records);
  return card(
    "Records",
    el(
      "ul",
      { class: "tiles" },
      filled.map((type) =>
        el(
          "li",
          null,
          link(
            `#/records/${encodeURIComponent(type.type)}`,
            el("strong", null, number(type.records)),
            text(type.words),
            type.own && el("small", null, type.type_id),
          ),
        ),
      ),
    ),
  );
}

function tiesCard(ties) {
  if (ties.length === 0) return card("Links", empty("Nothing is linked yet."));
  ties.sort((a, b) => b.links - a.links);
  const most = ties[0].links;
  return card(
    "Links",
    el(
      "ul",
      { class: "bars" },
      ties.map((tie) => {
        const bar = el("span", { class: "bar", "aria-hidden": "true" });
        bar.style.width = `${Math.max(1, (100 * tie.links) / most)}%`;
        return el(
          "li",
          null,
          link(pairAddress(tie.from, tie.to), text(tie.from_words), " — ", text(tie.to_words)),
          el("span", null, counted(tie.links, "link")),
          bar,
        );
      }),
    ),
  );
}

const EXAMPLE = `{"kind":"record","type":"contacts","id":"101","properties":{"firstname":"Jane","email":"jane@example.com"}}
{"kind":"record","type":"companies","id":"9001","properties":{"name":"Acme"}}
{"kind":"link","from":"contacts","fromId":"101","to":"companies","toId":"9001"}`;

function seedCard(again, open) {
  const lines = field("Lines of JSON", {
    rows: 6,
    spellcheck: "false",
    value: EXAMPLE,
    hint: "One fact a line, as `tether portal --dump` writes them. All of them are added, or none.",
  });
  const act = attempt(() => postLines("state", lines.control.value), "Added", again);
  return el(
    "details",
    { class: "card", open },
    el("summary", null, el("h2", null, "Add records and links")),
    el("form", { on: { submit: act } }, lines.whole, el("button", { class: "main" }, "Add")),
  );
}

export async function show(place) {
  const head = place.firstChild;
  async function draw() {
    const all = await get("overview");
    const none = all.types.every((type) => type.records === 0);
    place.replaceChildren(
      head,
      el(
        "p",
        { class: "lead" },
        `Account ${all.account} · `,
        counted(
          all.types.reduce((sum, type) => sum + type.records, 0),
          "record",
        ),
        " · ",
        counted(
          all.ties.reduce((sum, tie) => sum + tie.links, 0),
          "link",
        ),
      ),
      searchBox("", ""),
      el("div", { class: "columns" }, typesCard(all.types), tiesCard(all.ties)),
      seedCard(draw, none),
    );
  }
  await draw();
}
