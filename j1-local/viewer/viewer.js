// Draws the nodes of the table beside it with sigma, and keeps table, drawing and URL together.
"use strict";
(() => {
  const root = document.querySelector(".viewer");
  if (!root || !window.j1sigma) return;
  const { Sigma, MultiDirectedGraph, sdfCircle, sdfDiamond, sdfSquare, layerFill, pathLine, pathCurved, pathLoop, extremityArrow } = window.j1sigma;
  const part = (name) => root.querySelector(name);
  const stage = part(".stage");
  const chosen = part(".chosen");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const duration = () => (still.matches ? 0 : 250);
  const graph = new MultiDirectedGraph();
  let picture = { nodes: [], edges: [] };
  let types = [];
  // The index of each node in the picture.
  let places = new Map();
  let renderer = null;
  let selected = null;
  let request = 0;

  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const number = (value) => value.toLocaleString("en-US");

  // Colours that are easily told apart on either ground; after them, hues one far from the other.
  const COLOURS = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#3aa6a0", "#9d755d", "#d6a800", "#e377c2", "#6b6ecf", "#7f8c9b"];
  const colour = (index) => {
    if (index < COLOURS.length) return COLOURS[index];
    const hue = (index * 137) % 360;
    const level = (n) => {
      const k = (n + hue / 30) % 12;
      return Math.round(255 * (0.55 - 0.25 * Math.max(-1, Math.min(k - 3, 9 - k, 1)))).toString(16).padStart(2, "0");
    };
    return `#${level(0)}${level(8)}${level(4)}`;
  };
  const shapes = { own: "circle", foreign: "square", wrong: "diamond" };
  const theme = {};
  const readTheme = () => {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    Object.assign(theme, { ink: read("--ink"), soft: read("--soft"), card: read("--card"), accent: read("--accent"), bad: read("--bad") });
    theme.edge = dark.matches ? "#4a5567" : "#b7c0cd";
    theme.faint = dark.matches ? "#262d38" : "#e4e8ee";
  };

  const key = (node) => node.id;
  const attributes = (node, degree) => ({
    x: node.x,
    y: node.y,
    label: node.label,
    size: Math.min(15, (picture.nodes.length > 1500 ? 1.6 : 4) + Math.sqrt(degree) * (picture.nodes.length > 1500 ? 0.6 : 0.9)),
    color: node.look === "wrong" ? theme.bad : colour(types.indexOf(node.type)),
    shape: shapes[node.look] ?? "circle",
  });

  // Brings the graph up to what the document says; nodes that stay keep their place in it.
  const load = () => {
    picture = JSON.parse(part(".picture").textContent);
    types = [...new Set(picture.nodes.map((node) => node.type))].sort();
    places = new Map(picture.nodes.map((node, index) => [key(node), index]));
    const degrees = picture.nodes.map(() => 0);
    for (const edge of picture.edges) {
      degrees[edge.from] += 1;
      degrees[edge.to] += 1;
    }
    graph.clear();
    // Later ones are drawn over the others, and get the click: those with most relationships.
    const order = [...picture.nodes.keys()].sort((a, b) => degrees[a] - degrees[b]);
    for (const index of order) graph.mergeNode(key(picture.nodes[index]), attributes(picture.nodes[index], degrees[index]));
    const size = picture.edges.length > 3000 ? 0.5 : 1;
    for (const edge of picture.edges) {
      const [from, to] = [key(picture.nodes[edge.from]), key(picture.nodes[edge.to])];
      graph.addDirectedEdge(from, to, { label: edge.label, mapped: edge.mapped, size });
    }
    const counts = new Map();
    for (const { type } of picture.nodes) counts.set(type, (counts.get(type) ?? 0) + 1);
    part(".legend").replaceChildren(
      ...types.map((type, index) => {
        const entry = element("span", "");
        const dot = element("i", "");
        dot.style.background = colour(index);
        entry.append(dot, `${type} (${number(counts.get(type))})`);
        return entry;
      }),
    );
  };

  const draw = () => {
    renderer = new Sigma(graph, stage, {
      settings: {
        gestureTarget: "graph",
        itemSizesReference: "screen",
        autoRescale: true,
        renderEdgeLabels: picture.edges.length <= 30,
        hideEdgesOnMove: false,
        labelRenderedSizeThreshold: picture.nodes.length > 300 ? 5 : 4,
        labelDensity: 0.5,
        labelGridCellSize: 180,
        zoomDuration: duration(),
        inertiaDuration: still.matches ? 0 : 200,
        stagePadding: 36,
        enableCameraMouseRotation: false,
        enableNodeDrag: false,
      },
      customNodeState: { near: false, chosen: false },
      customEdgeState: { near: false },
      customGraphState: { dimmed: false, many: false },
      primitives: {
        nodes: { shapes: [sdfCircle(), sdfSquare(), sdfDiamond()], layers: [layerFill()] },
        edges: { paths: [pathLine(), pathCurved(), pathLoop()], extremities: [extremityArrow()], defaultHead: "arrow" },
      },
      styles: {
        nodes: [
          {
            x: { attribute: "x" }, y: { attribute: "y" }, size: { attribute: "size" }, color: { attribute: "color" },
            label: { attribute: "label" }, shape: { attribute: "shape" }, labelColor: () => theme.ink, labelSize: 12,
            labelFont: "system-ui, sans-serif", labelBackgroundColor: "#00000000",
          },
          { when: (_, state, whole) => whole.dimmed && !state.near && !state.chosen, then: { color: () => theme.faint, labelVisibility: "hidden" } },
          { whenState: "near", then: { depth: "topNodes" } },
          { when: (_, state, whole) => whole.many && state.near && !state.chosen, then: { labelVisibility: "hidden" } },
          { whenState: "chosen", then: { depth: "topNodes", labelVisibility: "visible", backdropVisibility: "visible", backdropColor: () => theme.card, backdropBorderColor: () => theme.accent, backdropBorderWidth: 2, backdropShadowBlur: 0, backdropPadding: 4 } },
          { whenState: "isHovered", then: { depth: "topNodes", labelVisibility: "visible", backdropVisibility: "visible", backdropColor: () => theme.card, backdropShadowBlur: 6, backdropShadowColor: "#00000055", backdropPadding: 4, cursor: "pointer" } },
        ],
        edges: [
          { size: { attribute: "size" }, color: () => theme.edge, label: { attribute: "label" }, labelColor: () => theme.soft, labelSize: 10, head: "arrow", path: "straight", parallelPath: "curved", opacity: (edge) => (edge.mapped ? 0.6 : 1) },
          { when: (_, state, whole) => whole.dimmed && !state.near, then: { color: () => theme.faint } },
          { whenState: "near", then: { color: () => theme.accent, depth: "topEdges" } },
        ],
        stage: { cursor: "grab" },
      },
    });
    renderer.on("clickNode", ({ node }) => select(node));
    renderer.on("clickStage", () => select(null));
  };

  // The nodes that stay bright; `null` when all do.
  const light = (nodes, edges = []) => {
    if (!renderer) return;
    renderer.setNodesState(graph.nodes(), { near: false, chosen: false });
    renderer.setEdgesState(graph.edges(), { near: false });
    // The labels of all neighbours of a hub would lie on one another.
    renderer.setGraphState({ dimmed: nodes !== null, many: (nodes?.length ?? 0) > 40 });
    if (nodes) renderer.setNodesState(nodes, { near: true });
    if (edges.length) renderer.setEdgesState(edges, { near: true });
    if (selected !== null && graph.hasNode(selected)) renderer.setNodeState(selected, { chosen: true });
  };

  const look = (node) => {
    if (!renderer) return;
    const at = renderer.getNodeDisplayData(node);
    const camera = renderer.getCamera();
    // A small graph stays in sight as a whole.
    if (picture.nodes.length <= 100) camera.reset({ duration: duration() });
    else if (at) camera.animate({ x: at.x, y: at.y, ratio: Math.min(camera.ratio, 0.6) }, { duration: duration() });
  };

  const row = (node) => part(`.nodes tr[data-node="${places.get(node)}"]`);

  const select = (node, from = "graph") => {
    selected = node === selected && from === "graph" ? null : node;
    for (const before of root.querySelectorAll(".chosen-row")) {
      before.classList.remove("chosen-row");
      before.querySelector(".pick").setAttribute("aria-pressed", "false");
    }
    chosen.hidden = selected === null;
    chosen.replaceChildren();
    if (selected === null) {
      light(null);
      return;
    }
    const place = row(selected);
    place?.classList.add("chosen-row");
    place?.querySelector(".pick").setAttribute("aria-pressed", "true");
    light([selected, ...graph.neighbors(selected)], graph.edges(selected));
    if (from === "table") look(selected);
    show(picture.nodes[places.get(selected)]);
    if (from === "graph") part(".side").scrollTo({ top: 0, behavior: still.matches ? "auto" : "smooth" });
  };

  // What is known of the selected node, and the relationships that could be added, with their counts.
  const show = async (node) => {
    const title = element("h2", "");
    title.append(node.url ? element("a", node.label, { href: node.url }) : node.label);
    const kind = element("p", "");
    kind.append(element("code", node.type));
    const close = element("button", "Clear the selection", { type: "button" });
    close.addEventListener("click", () => { const back = row(node.id)?.querySelector(".pick"); select(null, "table"); back?.focus(); });
    chosen.append(title, kind);
    if (node.facts) chosen.append(table(node.facts));
    chosen.append(close);
    const turn = ++request;
    if (!node.url) return;
    const url = new URL(node.url, location.href);
    url.pathname += ".json";
    try {
      const response = await fetch(url);
      const { entity } = await response.json();
      if (turn !== request || !entity) return;
      const facts = Object.entries(entity.properties).slice(0, 12);
      kind.after(table(facts.map(([name, value]) => [name, readable(name, value)])), expansions(node, entity.groups));
    } catch {
      kind.after(element("p", "Its properties could not be loaded.", { className: "small error" }));
    }
  };

  // Times as the entity's own view writes them, by the same rule; lists with blanks between their elements.
  const readable = (name, value) => {
    if (Array.isArray(value)) return value.map((one) => readable(name, one)).join(", ");
    const time = Number.isInteger(value) && value >= 1e10 && value <= 253402300799999 && /(On|At|Date|Timestamp)$/.test(name);
    if (time) return new Date(value).toISOString().replace(/T(.*)\..*/, " $1 UTC");
    return typeof value === "string" ? value : JSON.stringify(value);
  };

  const table = (facts) => {
    const made = element("table", "");
    const body = made.createTBody();
    for (const [name, value] of facts) {
      const line = body.insertRow();
      line.append(element("th", name, { scope: "row" }), element("td", value.length > 200 ? `${value.slice(0, 200)}…` : value, { className: "wrap" }));
    }
    return made;
  };

  const expansions = (node, groups) => {
    const made = element("div", "");
    if (!groups.length) return made;
    made.append(element("h3", "Relationships"));
    const list = element("ul", "");
    for (const group of groups) {
      const shown = graph.edges(node.id).filter((edge) => {
        const [from, to] = graph.extremities(edge);
        const other = group.outgoing ? to : from;
        const type = picture.nodes[places.get(other)]?.type;
        return (group.outgoing ? from : to) === node.id && type === group.other && graph.getEdgeAttribute(edge, "label").split(", ").includes(group._class);
      }).length;
      const entry = element("li", "");
      const words = group.outgoing ? `${group._class} → ` : `← ${group._class} `;
      const name = element("span", words);
      name.append(element("code", group.other), ` ${number(group.count)}`);
      entry.append(name);
      if (shown < group.count) {
        const more = element("button", shown ? `Show ${number(group.count - shown)} more` : `Show ${number(group.count)}`, { type: "button" });
        more.setAttribute("aria-label", `${more.textContent}: ${words}${group.other}`);
        more.addEventListener("click", () => expand([node.id, group.outgoing ? "from" : "to", group._class, group.other]));
        entry.append(more);
      } else {
        entry.append(element("span", "all shown", { className: "small soft" }));
      }
      list.append(entry);
    }
    made.append(list);
    return made;
  };

  // Asks for the same view with more in it: the URL says what was added, so it can be passed on.
  const expand = async (what) => {
    const url = new URL(location.href);
    const before = JSON.parse(url.searchParams.get("expand") ?? "[]");
    url.searchParams.set("expand", JSON.stringify([...before, what]));
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (!response.ok) return trouble("The relationships could not be loaded.");
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    history.pushState(null, "", url);
    take(fresh);
    select(what[0], "table");
    chosen.querySelector("a, button")?.focus({ preventScroll: true });
  };

  // Takes table and graph from another form of this document.
  const take = (fresh) => {
    if (!fresh.querySelector(".viewer")) return location.reload();
    for (const name of [".nodes", ".picture", ".edges"]) {
      const [old, now] = [part(name), fresh.querySelector(`.viewer ${name}`)];
      if (old && now) old.replaceWith(now);
      else if (now) part(".side").append(now);
      else old?.remove();
    }
    for (const name of [".caption"]) {
      const [old, now] = [document.querySelector(name), fresh.querySelector(name)];
      if (old && now) old.replaceWith(now);
    }
    load();
    const again = selected !== null && graph.hasNode(selected) ? selected : null;
    selected = null;
    select(again, "keep");
  };

  const trouble = (text) => {
    part(".trouble").textContent = text;
    part(".trouble").hidden = false;
  };

  const zoom = { in: () => renderer?.getCamera().zoomIn({ duration: duration() }), out: () => renderer?.getCamera().zoomOut({ duration: duration() }), fit: () => renderer?.getCamera().reset({ duration: duration() }) };
  part(".tools").addEventListener("click", (event) => zoom[event.target.dataset.do]?.());
  part(".side").addEventListener("click", (event) => {
    if (!event.target.closest(".pick")) return;
    const node = key(picture.nodes[event.target.closest("tr").dataset.node]);
    select(node === selected ? null : node, "table");
  });
  part(".find input").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    const hit = (node) => [node.label, node.type, node.id, ...(node.facts ?? []).flat()].some((text) => text.toLowerCase().includes(wanted));
    const found = wanted ? picture.nodes.filter(hit).map(key) : null;
    light(found ?? (selected === null ? null : [selected, ...graph.neighbors(selected)]));
    const names = new Set(found);
    for (const line of root.querySelectorAll(".nodes tbody tr")) line.hidden = found !== null && !names.has(key(picture.nodes[line.dataset.node]));
  });
  stage.addEventListener("keydown", (event) => {
    const camera = renderer?.getCamera();
    if (!camera || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 0.15 * camera.ratio;
    const moves = { ArrowLeft: { x: camera.x - step }, ArrowRight: { x: camera.x + step }, ArrowUp: { y: camera.y + step }, ArrowDown: { y: camera.y - step } };
    const keys = { "+": zoom.in, "=": zoom.in, "-": zoom.out, 0: zoom.fit };
    if (moves[event.key]) camera.animate(moves[event.key], { duration: still.matches ? 0 : 80 });
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
  addEventListener("popstate", () => location.reload());
  document.addEventListener("j1:fresh", (event) => { event.preventDefault(); take(event.detail); });
  const repaint = () => {
    readTheme();
    load();
    renderer?.refresh();
  };
  dark.addEventListener("change", repaint);

  readTheme();
  load();
  root.classList.add("ready");
  try {
    draw();
    stage.dataset.drawn = "true";
  } catch (error) {
    stage.hidden = true;
    trouble("This browser cannot draw the graph (it has no WebGL 2); the table has the same nodes.");
  }
  root.j1 = { graph, renderer, select };
})();
