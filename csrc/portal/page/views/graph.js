// The links around a record as a picture: the record in the middle, and what it is tied to on rings, a sector for each
// object type. Nothing moves by itself; a click or Enter walks to a neighbour, arrows go from one to the next.
import { button, card, el, field, svg } from "./dom.js";
import { counted, labelsOf, number, recordAddress, titleOf } from "./words.js";

const FIRST = 175,
  RING = 58,
  FEW = 36,
  TITLE = 22;
const COLOURS = 8;

const cut = (words, most) => ([...words].length > most ? `${[...words].slice(0, most - 1).join("")}…` : words);

// Every neighbour with the labels of its link.
function neighbours(ties, sets) {
  return ties.flatMap((tie, kind) =>
    tie.links.map((one) => ({
      ...one,
      kind: kind % COLOURS,
      labels: [...new Set([...labelsOf(sets[one.set]), ...labelsOf(sets[one.back])])],
    })),
  );
}

// The sector of each object type is as wide as its share, and never too narrow to be seen.
function sectors(ties) {
  const shares = ties.map((tie) => Math.max(tie.links.length, 2));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const alone = ties.length === 1 && ties[0].links.length === 1; // then it stands to the right
  let from = alone ? -Math.PI : -Math.PI / 2;
  return shares.map((share) => {
    const angle = (2 * Math.PI * share) / all,
      sector = { from, angle };
    from += angle;
    return sector;
  });
}

// Rings of a sector that have room for all, each as full as the others.
function arrange(count, sector, spacing) {
  const rooms = [];
  for (let room = 0; room < count; room += rooms.at(-1))
    rooms.push(Math.max(1, Math.floor((sector.angle * (FIRST + rooms.length * RING)) / spacing)));
  const places = [],
    all = rooms.reduce((sum, room) => sum + room, 0);
  let passed = 0;
  rooms.forEach((room, ring) => {
    passed += room;
    const here = Math.round((count * passed) / all) - places.length,
      radius = FIRST + ring * RING;
    for (let i = 0; i < here; i++) {
      const angle = sector.from + (sector.angle * (i + 0.5)) / here;
      places.push({ x: radius * Math.cos(angle), y: radius * Math.sin(angle), angle, radius });
    }
  });
  return places;
}

function placed(ties, sets) {
  const nodes = neighbours(ties, sets),
    few = nodes.length <= FEW;
  const all = sectors(ties);
  let at = 0;
  ties.forEach((tie, i) => {
    for (const place of arrange(tie.links.length, all[i], few ? 62 : 30)) Object.assign(nodes[at++], place);
  });
  return nodes;
}

function edge(node) {
  const words = cut(node.labels.join(", "), 26);
  const x = node.x * 0.56,
    y = node.y * 0.56;
  return svg(
    "g",
    { class: "edge", "aria-hidden": "true" },
    svg("line", { x1: 0, y1: 0, x2: node.x, y2: node.y, class: words ? "labelled" : null }),
    words && svg("text", { x, y, "text-anchor": "middle", dy: "0.35em" }, words),
  );
}

// A name stands outside of its circle, on the side that it lies on.
function circle(node, first) {
  const right = Math.cos(node.angle) > 0.15,
    left = Math.cos(node.angle) < -0.15;
  const gap = node.size + 6;
  const words = [titleOf(node), node.labels.join(", ")].filter((part) => part !== "").join(", ");
  return svg(
    "g",
    {
      class: `node k${node.kind}`,
      role: "link",
      tabindex: first ? "0" : "-1",
      "aria-label": `${node.type}: ${words}`,
      transform: `translate(${node.x} ${node.y})`,
    },
    svg("title", null, words),
    svg("circle", { r: node.size }),
    svg(
      "text",
      {
        x: right ? gap : left ? -gap : 0,
        dy: right || left ? "0.35em" : Math.sin(node.angle) > 0 ? gap + 10 : -gap,
        "text-anchor": right ? "start" : left ? "end" : "middle",
      },
      cut(titleOf(node), TITLE),
    ),
  );
}

function walk(node) {
  location.hash = recordAddress(node);
}

// The picture can be moved and made larger; its box is all that changes.
function movable(picture, box) {
  const set = () => picture.setAttribute("viewBox", `${box.x} ${box.y} ${box.w} ${box.h}`);
  const zoom = (factor) => {
    const w = Math.min(Math.max(box.w * factor, 120), 12000),
      h = (w * box.h) / box.w;
    Object.assign(box, { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h });
    picture.classList.toggle("near", w < 700);
    set();
  };
  let held = null;
  picture.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".node")) held = { x: event.clientX, y: event.clientY };
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = box.w / picture.clientWidth;
    box.x -= (event.clientX - held.x) * scale;
    box.y -= (event.clientY - held.y) * scale;
    held = { x: event.clientX, y: event.clientY };
    set();
  });
  for (const name of ["pointerup", "pointerleave"])
    picture.addEventListener(name, () => {
      held = null;
    });
  picture.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15);
    },
    { passive: false },
  );
  set();
  return zoom;
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

// One stop for the Tab key; arrows go round.
function listen(drawn, nodes) {
  drawn.forEach((node, i) => {
    node.addEventListener("click", () => walk(nodes[i]));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") walk(nodes[i]);
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const next = drawn[(i + step + drawn.length) % drawn.length];
      node.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
    for (const name of ["focus", "pointerenter"]) node.addEventListener(name, () => node.edge.classList.add("on"));
    for (const name of ["blur", "pointerleave"]) node.addEventListener(name, () => node.edge.classList.remove("on"));
  });
}

const has = (node, words) =>
  [node.title, node.detail, node.id, node.type, ...node.labels].some((part) => part.toLowerCase().includes(words));

function searchIn(drawn, nodes, picture) {
  const box = field("Find in the picture", {
    type: "search",
    placeholder: "A name, an id, a label …",
    autocomplete: "off",
  });
  const found = el("span", { class: "note", role: "status" });
  const matches = () => {
    const words = box.control.value.trim().toLowerCase();
    return words === "" ? null : nodes.map((node) => has(node, words));
  };
  box.control.addEventListener("input", () => {
    const fit = matches();
    picture.classList.toggle("searched", fit !== null);
    drawn.forEach((node, i) => {
      for (const part of [node, node.edge]) part.classList.toggle("match", fit?.[i] ?? false);
    });
    found.textContent = fit ? counted(fit.filter(Boolean).length, "match", "matches") : "";
  });
  return el(
    "form",
    {
      class: "search",
      on: {
        submit: (event) => {
          event.preventDefault();
          const first = matches()?.indexOf(true) ?? -1;
          if (first >= 0) walk(nodes[first]);
        },
      },
    },
    box.whole,
    found,
  );
}

function legend(ties) {
  return el(
    "ul",
    { class: "legend" },
    ties.map((tie, kind) =>
      el(
        "li",
        null,
        svg(
          "svg",
          { viewBox: "0 0 10 10", width: 10, height: 10, "aria-hidden": "true" },
          svg("circle", { cx: 5, cy: 5, r: 5, class: `k${kind % COLOURS}` }),
        ),
        ` ${tie.words} `,
        el(
          "small",
          null,
          tie.links.length < tie.total
            ? `${number(tie.links.length)} of ${number(tie.total)} shown`
            : number(tie.total),
        ),
      ),
    ),
  );
}

// Edges lie under the circles, and the record itself between them.
function draw(record, drawn, edges) {
  return svg(
    "svg",
    {
      class: drawn.length <= FEW ? "graph few" : "graph",
      role: "group",
      preserveAspectRatio: "xMidYMid meet",
      "aria-label":
        `${titleOf(record)} and ${counted(drawn.length, "record")} tied to it; ` +
        "arrow keys go round, Enter walks there",
    },
    svg("g", null, edges),
    svg(
      "g",
      { class: "middle", "aria-hidden": "true" },
      svg("circle", { r: 17 }),
      svg("text", { "text-anchor": "middle", dy: 36 }, cut(titleOf(record), 30)),
    ),
    svg("g", null, drawn),
  );
}

// A card with the picture of a record's ties.
export function graph(record, ties, sets) {
  const nodes = placed(ties, sets),
    few = nodes.length <= FEW;
  for (const node of nodes) node.size = few ? 9 : 7;
  const reach = Math.max(...nodes.map((node) => node.radius)) + (few ? 150 : 60);
  const drawn = nodes.map((node, i) => circle(node, i === 0)),
    edges = nodes.map(edge);
  drawn.forEach((node, i) => {
    node.edge = edges[i];
  });
  const picture = draw(record, drawn, edges);
  const height = few ? reach - 70 : reach;
  const zoom = movable(picture, { x: -reach, y: -height, w: 2 * reach, h: 2 * height });
  listen(drawn, nodes);
  return card(
    "Graph",
    el(
      "div",
      { class: "tools" },
      searchIn(drawn, nodes, picture),
      el(
        "div",
        { class: "buttons" },
        button("−", () => zoom(1.25), { "aria-label": "Smaller" }),
        button("+", () => zoom(0.8), { "aria-label": "Larger" }),
      ),
    ),
    picture,
    legend(ties),
  );
}
