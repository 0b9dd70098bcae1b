// Keeps an open page fresh while a run goes on, and adds a few keys. Every view works without it.
"use strict";
(() => {
  const EVERY = 1000;
  const live = document.getElementById("live");
  let revision = null;

  const busy = () => {
    const active = document.activeElement;
    const editing = active && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName) && active.closest("main");
    const selection = document.getSelection();
    return editing || (selection && !selection.isCollapsed);
  };

  const open = () => [...document.querySelectorAll("main details[open]")].map((one) => one.id).filter(Boolean);

  const reload = async () => {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = document.querySelector("main");
    const fresh = next.querySelector("main");
    if (!main || !fresh) return;
    // The graph viewer takes over by itself what changed.
    if (main.querySelector(".viewer.ready")) {
      document.dispatchEvent(new CustomEvent("j1:fresh", { detail: next, cancelable: true }));
      live.textContent = " Updated.";
      return;
    }
    if (main.innerHTML === fresh.innerHTML) return;
    const unfolded = open();
    const focused = document.activeElement && document.activeElement.getAttribute("href");
    main.replaceChildren(...fresh.childNodes);
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (focused) main.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    document.title = next.title;
    live.textContent = " Updated.";
  };

  const look = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const response = await fetch("/state.json");
      const state = await response.json();
      const changed = revision !== null && revision !== state.revision;
      if (changed && busy()) return;
      revision = state.revision;
      if (changed) await reload();
    } catch {
      live.textContent = " The server does not answer.";
    }
  };

  const tick = async () => {
    await look();
    setTimeout(tick, EVERY);
  };
  tick();

  document.addEventListener("keydown", (event) => {
    const field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      document.querySelector(".search input")?.focus();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.tagName === "TEXTAREA") {
      event.target.form?.requestSubmit();
    }
  });
})();
