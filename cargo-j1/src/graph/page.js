"use strict";
const facts = JSON.parse(document.getElementById("facts").textContent);
const svg = document.querySelector("main svg");
const aside = document.querySelector("aside");
const nodes = [...svg.querySelectorAll(".node")];
const edges = [...svg.querySelectorAll(".edge")];
let chosen = null;

// What is near the nodes is lit, the rest dim. Without nodes nothing is.
function light(places) {
  svg.classList.toggle("dim", places !== null);
  const lit = new Set(places ?? []);
  const near = new Set(lit);
  for (const edge of edges) {
    const from = Number(edge.dataset.from), to = Number(edge.dataset.to);
    const on = lit.has(from) || lit.has(to);
    edge.classList.toggle("lit", places !== null && on);
    if (on) { near.add(from); near.add(to); }
  }
  nodes.forEach((node, place) => node.classList.toggle("lit", places !== null && near.has(place)));
}

function rest() { light(chosen === null ? null : [chosen]); }

function choose(place) {
  chosen = chosen === place ? null : place;
  nodes.forEach((node, other) => node.classList.toggle("chosen", other === chosen));
  aside.hidden = chosen === null;
  aside.replaceChildren();
  if (chosen !== null) {
    const add = (parent, tag, text) => { const made = document.createElement(tag); made.textContent = text; parent.append(made); return made; };
    add(aside, "h2", facts[chosen].label);
    add(aside, "div", facts[chosen].detail);
    const table = add(aside, "table", "");
    for (const [name, value] of facts[chosen].facts) {
      const row = add(table, "tr", "");
      add(row, "td", name);
      add(row, "td", value);
    }
  }
  rest();
}

nodes.forEach((node, place) => {
  node.addEventListener("pointerenter", () => light([place]));
  node.addEventListener("pointerleave", rest);
  node.addEventListener("click", () => { if (!dragged) choose(place); });
  node.addEventListener("keydown", event => { if (event.key === "Enter") choose(place); });
});

for (const button of document.querySelectorAll("#groups button")) {
  const places = () => facts.flatMap((of, place) => of.group === button.dataset.group ? [place] : []);
  button.addEventListener("pointerenter", () => light(places()));
  button.addEventListener("pointerleave", rest);
  button.addEventListener("focus", () => light(places()));
  button.addEventListener("blur", rest);
}

document.getElementById("search").addEventListener("input", event => {
  const wanted = event.target.value.trim().toLowerCase();
  const texts = of => [of.label, of.detail, ...of.facts.flat()].join("\n").toLowerCase();
  const found = wanted === "" ? [] : facts.flatMap((of, place) => texts(of).includes(wanted) ? [place] : []);
  nodes.forEach((node, place) => node.classList.toggle("found", found.includes(place)));
  if (wanted === "") rest(); else light(found);
});

// The part of the picture that is seen: it is dragged, and the wheel makes it larger or smaller.
const all = svg.viewBox.baseVal;
const view = { x: all.x, y: all.y, width: all.width, height: all.height };
// A small picture is not blown up.
const grow = Math.min(svg.clientWidth / view.width, svg.clientHeight / view.height);
if (grow > 1.25) {
  const width = svg.clientWidth / 1.25, height = svg.clientHeight / 1.25;
  view.x -= (width - view.width) / 2; view.y -= (height - view.height) / 2;
  view.width = width; view.height = height;
}
const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
const scale = () => Math.max(view.width / svg.clientWidth, view.height / svg.clientHeight);
let dragged = false, from = null;
show();
svg.addEventListener("wheel", event => {
  event.preventDefault();
  const by = Math.exp(event.deltaY * 0.0015);
  const box = svg.getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
  view.x += view.width * x * (1 - by); view.y += view.height * y * (1 - by);
  view.width *= by; view.height *= by;
  show();
}, { passive: false });
svg.addEventListener("pointerdown", event => { from = { x: event.clientX, y: event.clientY }; dragged = false; });
window.addEventListener("pointermove", event => {
  if (from === null) return;
  const x = event.clientX - from.x, y = event.clientY - from.y;
  if (!dragged && Math.hypot(x, y) < 4) return;
  dragged = true;
  view.x -= x * scale(); view.y -= y * scale();
  from = { x: event.clientX, y: event.clientY };
  show();
});
window.addEventListener("pointerup", () => { from = null; });
