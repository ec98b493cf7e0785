--- What a page owes to people who cannot see it well, or not at all: a script that looks at what is shown and answers
-- what is wrong, a line each. Names and roles, headings, tables, references, contrast (WCAG 2, level AA).
return [==[
const wrong = [];
const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const path = (node) => node.tagName.toLowerCase() + (node.id ? "#" + node.id : "") +
  (node.getAttribute("class") ? "." + node.getAttribute("class").trim().split(/\s+/).join(".") : "");
const say = (node, what) => wrong.push(path(node) + ": " + what);

function nameOf(node) {
  const by = node.getAttribute("aria-labelledby");
  const label = node.id && document.querySelector('label[for="' + node.id + '"]');
  return (node.getAttribute("aria-label") || (by && document.getElementById(by)?.textContent) || label?.textContent ||
    (node.matches("input,select,textarea") ? "" : node.textContent) || node.getAttribute("title") || "").trim();
}

if (!document.documentElement.lang) wrong.push("html: no language");
if (!document.title) wrong.push("html: no title");
for (const [selector, least, most] of [["h1", 1, 1], ["main", 1, 1]]) {
  const count = [...document.querySelectorAll(selector)].filter(shown).length;
  if (count < least || count > most) wrong.push(count + " of " + selector);
}
for (const node of document.querySelectorAll("nav,[role=region],[role=group],progress"))
  if (shown(node) && !nameOf(node).length) say(node, "no name");
const controls = "a,button,input,select,textarea,summary,[role=link],[role=button],[tabindex='0']";
for (const node of document.querySelectorAll(controls))
  if (shown(node) && !nameOf(node)) say(node, "no name");
for (const node of document.querySelectorAll("a")) if (!node.hasAttribute("href")) say(node, "leads nowhere");
for (const node of document.querySelectorAll("img")) if (!node.hasAttribute("alt")) say(node, "no alt");
for (const node of document.querySelectorAll("table"))
  if (!node.caption || !node.querySelector("th[scope]")) say(node, "no caption or heads");
const ids = new Set();
for (const node of document.querySelectorAll("[id]")) {
  if (ids.has(node.id)) say(node, "its id is another one's as well");
  ids.add(node.id);
}
for (const name of ["aria-describedby", "aria-labelledby", "aria-controls", "for", "list"])
  for (const node of document.querySelectorAll("[" + name + "]"))
    if (!document.getElementById(node.getAttribute(name))) say(node, name + " names nothing");
let level = 0;
for (const node of document.querySelectorAll("h1,h2,h3,h4")) {
  if (!shown(node)) continue;
  const own = Number(node.tagName[1]);
  if (own > level + 1) say(node, "a heading of level " + own + " behind one of " + level);
  level = own;
}

const rgba = (text) => (text.match(/[\d.]+/g) || []).map(Number);
const over = (top, below) => top.slice(0, 3).map((part, i) => part * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
function ground(node) {
  const layers = [];
  for (let at = node; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour.length === 4 && colour[3] === 0) continue;
    layers.push(colour);
    if (colour.length === 3 || colour[3] === 1) break;
  }
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
}
const bright = (colour) => colour.map((part) => part / 255)
  .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode.nodeValue.trim(), node = walker.currentNode.parentElement;
  if (!text || !shown(node) || node.closest(".unseen,.skip,title,option,noscript")) continue;
  const style = getComputedStyle(node), svg = node.namespaceURI.endsWith("svg");
  const below = ground(node), own = over(rgba(svg ? style.fill : style.color), below);
  const [high, low] = [bright(own), bright(below)].sort((a, b) => b - a), ratio = (high + 0.05) / (low + 0.05);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) say(node, "contrast " + ratio.toFixed(2) + " of " + JSON.stringify(text.slice(0, 30)));
}
return wrong;
]==]
