// Elements are made here and nowhere else. A text is set as a text, whatever it says: no markup is ever read.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// el("p", { class: "note", on: { click } }, "text", el(…))
export const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// A text of the account: it keeps its own direction, and cannot turn that of what stands around it.
export const text = (value, attributes) => el("bdi", { class: "own", ...attributes }, String(value));

export const button = (label, act, attributes) =>
  el("button", { type: "button", on: { click: act }, ...attributes }, label);
export const link = (address, ...children) => el("a", { href: address }, ...children);

let count = 0;

// A control with its label. `attributes.options`: those of a select.
export function field(label, attributes) {
  const { options, hint, ...rest } = attributes;
  const id = `field-${++count}`;
  const tag = options ? "select" : rest.rows ? "textarea" : "input";
  const control = el(
    tag,
    { id, ...rest },
    (options ?? []).map(([value, shown]) => el("option", { value, selected: value === rest.value }, shown ?? value)),
  );
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  const whole = el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    control,
    hint && el("small", { id: `${id}-hint` }, hint),
  );
  return { whole, control };
}

// A table with a caption for those who do not see it. A cell is a text, an element, or a list of them.
export function table(caption, heads, rows, attributes) {
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      attributes,
      el("caption", { class: "unseen" }, caption),
      el(
        "thead",
        null,
        el(
          "tr",
          null,
          heads.map((head) => el("th", { scope: "col" }, head)),
        ),
      ),
      el(
        "tbody",
        null,
        rows.map((cells) =>
          el(
            "tr",
            null,
            cells.map((cell) => el("td", null, cell)),
          ),
        ),
      ),
    ),
  );
}

export const card = (title, ...children) => el("section", { class: "card" }, el("h2", null, title), ...children);
export const empty = (...children) => el("p", { class: "empty" }, ...children);

// Told to people, and to those who listen to the page.
export function say(words, wrong) {
  const place = document.getElementById("say");
  place.textContent = words;
  place.className = wrong ? "shown wrong" : "shown";
  clearTimeout(say.timer);
  say.timer = setTimeout(
    () => {
      place.className = "";
    },
    wrong ? 8000 : 3500,
  );
}

// Does something that may fail, and says so. `again` draws what it has changed.
export function attempt(act, done, again) {
  return async (event) => {
    event?.preventDefault?.();
    try {
      await act(event);
      await again?.();
      if (done) say(done);
    } catch (problem) {
      say(problem.message, true);
    }
  };
}
