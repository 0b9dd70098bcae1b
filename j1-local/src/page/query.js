// Completes a query as it is written, underlines its error, and remembers what was asked in this browser.
"use strict";
(() => {
  const input = document.getElementById("q");
  if (!input) return;
  const under = document.querySelector(".editor .under");
  const list = document.getElementById("words");
  const live = document.getElementById("query-live");
  const PAST = "j1.queries";
  const KEPT = 30;
  const SHOWN = 50;
  let words = { types: {}, verbs: [], properties: {} };
  let active = -1;
  let open = null;
  let turn = 0;

  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const unique = (all) => [...new Set(all)].sort((a, b) => a.localeCompare(b));

  // The error, under the very words: spans are counted in bytes.
  const underline = (error) => {
    const bytes = new TextEncoder().encode(input.value);
    const text = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
    under.replaceChildren();
    if (error?.span) {
      const { start, end } = error.span;
      const mark = element("mark", text(start, end) || "\u00a0");
      under.append(text(0, start), mark, text(Math.max(start, end)));
    }
    under.scrollTop = input.scrollTop;
    input.toggleAttribute("aria-invalid", Boolean(error));
  };

  const check = async () => {
    const now = ++turn;
    const old = document.getElementById("query-error");
    if (old && input.value !== input.defaultValue) old.hidden = true;
    if (!input.value.trim()) {
      underline(null);
      live.textContent = "";
      return;
    }
    try {
      const response = await fetch(`/query/check.json?q=${encodeURIComponent(input.value)}`);
      const { error } = await response.json();
      if (now !== turn) return;
      underline(error);
      const shown = old && !old.hidden;
      live.textContent = error && !shown ? error.message : "";
      live.classList.toggle("error", Boolean(error));
    } catch {
      underline(null);
    }
  };

  const KEYWORDS = ["AND", "AS", "FIND", "LIMIT", "OR", "ORDER BY", "RETURN", "SKIP", "THAT", "TREE", "UNIQUE", "WHERE", "WITH"];
  const FUNCTIONS = ["avg", "ceil", "coalesce", "concat", "count", "floor", "max", "merge", "min", "round", "sum", "unwind"];

  const option = (kind) => (word) => ({ word, kind });

  // The properties of the types and classes that the query names, or of all if it names none.
  const properties = (before) => {
    const named = before.match(/[A-Za-z_][\w-]*/g) ?? [];
    const types = Object.keys(words.types).filter((type) => named.includes(type) || words.types[type].some((one) => named.includes(one)));
    const from = types.length ? types : Object.keys(words.properties);
    return unique(["_class", "_key", "_type", ...from.flatMap((type) => words.properties[type] ?? [])]).map(option("property"));
  };

  // What may stand at the caret: the part of a word before it, and the words that continue it.
  const choices = () => {
    const before = input.value.slice(0, input.selectionStart);
    const [word] = /[A-Za-z_#][\w-]*$/.exec(before) ?? [""];
    const ahead = before.slice(0, before.length - word.length);
    if (/["'][^"']*$/.test(ahead.replace(/"[^"]*"|'[^']*'/g, ""))) return { word, all: [] };
    const last = (/([A-Za-z_][\w-]*|[^\sA-Za-z])\s*$/.exec(ahead)?.[1] ?? "").toUpperCase();
    const classes = () => [...unique(Object.values(words.types).flat()).map(option("class")), ...unique(Object.keys(words.types)).map(option("type"))];
    const verbs = () => [...words.verbs.map(option("verb")), option("verb")("RELATES TO")];
    const keywords = () => KEYWORDS.map(option("keyword"));
    if (!ahead.trim()) return { word, all: [option("keyword")("FIND")] };
    if (/\.$/.test(ahead)) return { word, all: properties(before) };
    if (last === "FIND" || last === "TO" || last === "UNIQUE") return { word, all: classes() };
    if (last === "THAT" || last === "!") return { word, all: verbs() };
    if (words.verbs.includes(last)) return { word, all: classes() };
    if (last === "RETURN" || last === ",") return { word, all: [...properties(before), ...FUNCTIONS.map(option("function")), option("keyword")("TREE")] };
    if (/^(WITH|AND|OR|WHERE|BY|NOT)$/.test(last)) return { word, all: properties(before) };
    if (last === "(" || last === "|") return { word, all: [...classes(), ...verbs(), ...properties(before)] };
    return { word, all: keywords() };
  };

  const close = () => {
    list.hidden = true;
    open = null;
    active = -1;
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (index) => {
    active = index;
    [...list.children].forEach((entry, at) => entry.setAttribute("aria-selected", String(at === index)));
    const entry = list.children[index];
    if (entry) {
      input.setAttribute("aria-activedescendant", entry.id);
      entry.scrollIntoView({ block: "nearest" });
    }
  };

  // Below the caret: a copy of the text up to it is measured.
  const place = () => {
    const style = getComputedStyle(input);
    const copy = element("pre", input.value.slice(0, input.selectionStart));
    const end = copy.appendChild(element("span", "\u200b"));
    copy.className = "under";
    input.parentElement.append(copy);
    const left = Math.min(end.offsetLeft, Math.max(0, input.clientWidth - 240));
    list.style.left = `${left}px`;
    list.style.top = `${end.offsetTop + parseFloat(style.lineHeight) - input.scrollTop}px`;
    copy.remove();
  };

  const complete = (asked) => {
    const { word, all } = choices();
    const wanted = word.toLowerCase();
    const hits = all.filter((one) => one.word.toLowerCase().startsWith(wanted));
    const more = all.filter((one) => !one.word.toLowerCase().startsWith(wanted) && one.word.toLowerCase().includes(wanted));
    const found = wanted || asked ? [...hits, ...(wanted ? more : [])].slice(0, SHOWN) : [];
    if (!found.length || (found.length === 1 && found[0].word === word)) return close();
    open = { word, found };
    list.replaceChildren(
      ...found.map(({ word: text, kind }, index) => {
        const entry = element("li", "", { id: `word-${index}`, role: "option" });
        entry.append(element("span", text), element("small", kind));
        entry.addEventListener("mousedown", (event) => { event.preventDefault(); accept(index); });
        return entry;
      }),
    );
    place();
    list.hidden = false;
    mark(found[0].word === word ? -1 : 0);
  };

  const accept = (index) => {
    const { word, found } = open;
    const at = input.selectionStart;
    const text = found[index].word;
    input.setRangeText(text, at - word.length, at, "end");
    close();
    input.focus();
    check();
  };

  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "words");
  input.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return complete(true);
    }
    if (!open) return;
    const last = open.found.length - 1;
    if (event.key === "ArrowDown") mark(active >= last ? 0 : active + 1);
    else if (event.key === "ArrowUp") mark(active <= 0 ? last : active - 1);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      if (active < 0 || event.shiftKey) return close();
      accept(active);
    } else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  let wait = 0;
  input.addEventListener("input", () => {
    complete(false);
    under.replaceChildren();
    clearTimeout(wait);
    wait = setTimeout(check, 250);
  });
  input.addEventListener("scroll", () => { under.scrollTop = input.scrollTop; });
  input.addEventListener("click", close);
  input.addEventListener("blur", close);

  const read = () => {
    try {
      const all = JSON.parse(localStorage.getItem(PAST) ?? "[]");
      return Array.isArray(all) ? all.filter((one) => typeof one === "string") : [];
    } catch {
      return [];
    }
  };
  const write = (all) => {
    try {
      localStorage.setItem(PAST, JSON.stringify(all));
    } catch {
      // A browser without storage forgets.
    }
  };
  const past = document.getElementById("past");
  const showPast = () => {
    const all = read();
    past.hidden = all.length === 0;
    past.querySelector("ul, button")?.remove();
    past.querySelectorAll("ul, button").forEach((one) => one.remove());
    const entries = element("ul", "");
    for (const query of all) {
      const link = element("a", "", { href: `/query?q=${encodeURIComponent(query)}` });
      link.append(element("code", query));
      entries.append(element("li", ""));
      entries.lastChild.append(link);
    }
    const forget = element("button", "Forget them", { type: "button" });
    forget.addEventListener("click", () => { write([]); showPast(); });
    past.append(entries, forget);
  };
  const asked = new URLSearchParams(location.search).get("q")?.trim();
  if (asked && !document.getElementById("query-error")) write([asked, ...read().filter((one) => one !== asked)].slice(0, KEPT));
  showPast();

  fetch("/query/words.json").then((response) => response.json()).then((known) => { words = known; }).catch(() => {});
  if (input.value) check();
})();
