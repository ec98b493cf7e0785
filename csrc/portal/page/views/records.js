// Records of a type, and those that have a text in any of their values.
import { get, query } from "./api.js";
import { attempt, button, el, empty, field, table, text } from "./dom.js";
import { recordLink } from "./words.js";

export const title = "Records";

const address = (type, words) => `#/records/${encodeURIComponent(type)}${words ? `/${encodeURIComponent(words)}` : ""}`;

// A form that leads to the records that have a text.
export function searchBox(type, words) {
  const box = field("Search records", {
    type: "search",
    value: words,
    placeholder: "A name, an address, an id …",
    autocomplete: "off",
    maxlength: 100,
  });
  return el(
    "form",
    {
      class: "search",
      role: "search",
      on: {
        submit: (event) => {
          event.preventDefault();
          location.hash = address(type, box.control.value.trim());
        },
      },
    },
    box.whole,
    el("button", { class: "main" }, "Search"),
  );
}

const row = (record) => [recordLink(record), text(record.detail), text(record.type), record.id];

function typePicker(types, chosen, words) {
  const options = [
    ["", "All types"],
    ...types
      .filter((type) => type.records > 0 || type.type === chosen)
      .map((type) => [type.type, `${type.words} (${type.records.toLocaleString("en")})`]),
  ];
  const picker = field("Object type", { options, value: chosen });
  picker.control.addEventListener("change", () => {
    location.hash = address(picker.control.value, words);
  });
  return picker.whole;
}

export async function show(place, [type = "", words = ""]) {
  const { types } = await get("overview");
  const chosen = type || (words ? "" : types.reduce((best, one) => (one.records > best.records ? one : best)).type);
  let found = await get(`records${query({ type: chosen, text: words })}`);
  const rows = el("div");
  let list = found.results;
  const draw = () =>
    rows.replaceChildren(
      list.length === 0
        ? empty(words ? "No record has that in any of its values." : "No records of this type yet.")
        : table("Records", ["Record", "Detail", "Type", "Id"], list.map(row)),
      found.more && !words ? button("Show more", more) : "",
      found.more && words ? el("p", { class: "note" }, "There are more: a longer text finds fewer.") : "",
    );
  const more = attempt(async () => {
    found = await get(`records${query({ type: chosen, after: list.at(-1).id })}`);
    list = list.concat(found.results);
    draw();
  });
  place.append(el("div", { class: "tools" }, typePicker(types, chosen, words), searchBox(chosen, words)), rows);
  draw();
}
