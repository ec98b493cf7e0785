// The types between two object types, in both directions: labels, what they are known by on the wire, limits.
import { get, path } from "./api.js";
import { el, empty, field, link, table, text } from "./dom.js";
import { counted, number, pairAddress, recordAddress } from "./words.js";

export const title = "Labels and limits";

function limitOf(type, direction) {
  if (!type.most) return el("span", { class: "faint" }, "none");
  const full =
    type.fullest && link(recordAddress({ type: direction.from, id: type.fullest }), number(type.fullest_links));
  return [
    `${number(type.most)} a record`,
    full ? [" · fullest has ", full] : "",
    type.near ? el("span", { class: "chip warn" }, counted(type.near, "record"), " near it") : "",
  ];
}

const NAMES = { primary: "Primary", unlabeled: "no label", hierarchy: "Hierarchy" };

const row = (direction) => (type) => [
  type.label === null ? el("span", { class: "faint" }, NAMES[type.kind] ?? type.name) : text(type.label),
  el("code", null, `${type.category} ${type.id}`),
  text(type.name, { class: "own code" }),
  type.inverse === undefined
    ? el("span", { class: "faint" }, "none")
    : type.inverse === type.id
      ? "itself"
      : String(type.inverse),
  number(type.links),
  limitOf(type, direction),
];

function directionCard(direction) {
  return el(
    "section",
    { class: "card" },
    el("h2", null, text(direction.from_words), " → ", text(direction.to_words)),
    direction.types.length === 0
      ? empty("These two cannot be linked in this direction.")
      : table(
          `${direction.from_words} to ${direction.to_words}`,
          ["Label", "Type", "Name", "Inverse", "Links", "Limit"],
          direction.types.map(row(direction)),
        ),
  );
}

function picker(types, from, to) {
  const options = types.map((type) => [type.type, type.words]);
  const first = field("From", { options, value: from }),
    second = field("To", { options, value: to });
  for (const one of [first, second])
    one.control.addEventListener("change", () => {
      location.hash = pairAddress(first.control.value, second.control.value);
    });
  return el("div", { class: "tools" }, first.whole, second.whole);
}

export async function show(place, [from = "contacts", to = "companies"]) {
  const [{ types }, pair] = await Promise.all([get("overview"), get(path("pairs", from, to))]);
  place.append(
    el(
      "p",
      { class: "lead" },
      `At most ${number(pair.label_cap)} labels between two object types, and `,
      `${number(pair.technical_limit)} records of a type for one record.`,
    ),
    picker(types, from, to),
    ...pair.directions.map(directionCard),
  );
}
