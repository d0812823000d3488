// linked.js: what the reader's hands do to a frame made by frames.py. It computes nothing of the lesson:
// every text and every link between cells comes from Python, in model "scene" = {html, links, controls, target, hidden}
// and "pick" = a cell's key. The model is asked for get, set, on, off, send and save_changes only; on a plain page a shim serves.
// links = {terms: [[receiver, factor, factor], ...],
//          stories: {key: {terms, formula, say, line, seen, badge?: [column, texts], show?: {grid: texts}}}, first}

const make = (tag, props, ...kids) => { const e = Object.assign(document.createElement(tag), props); e.append(...kids); return e; };
const gridOf = key => key.slice(0, key.indexOf(":"));
const label = key => key.replace(":", "[") + "]";
const SPEEDS = { slow: 1600, normal: 800, fast: 250 };

function render({ model, el }) {
  let links, story, pick, pinned = false, held = null, playing = 0, editor = null;
  let places = new Map(), part = {}, lit = [], pointed = [], badged = [], shown = [], walk = [], fresh = [];
  const off = [], timers = {};
  const on = (name, f) => { model.on(name, f); off.push(() => model.off(name, f)); };
  const later = (name, ms, f) => { clearTimeout(timers[name]); timers[name] = setTimeout(f, ms); };

  // ---- the page: frame from Python, one bar of native controls, one live region -------------------------------
  const button = (text, does, hint) => make("button", { type: "button", textContent: text, title: hint, onclick: does });
  const play = button("▶ Play", () => run(!playing), "walk through all cells in order");
  const range = make("input", { type: "range", min: 0, step: 1, oninput: () => { stop(); select(walk[range.valueAsNumber]); } });
  const count = make("output", { className: "lk-count" });
  const speed = make("select", { onchange: () => playing && run(true) }, ...Object.keys(SPEEDS).map(s => make("option", { textContent: s, selected: s === "normal" })));
  const pin = button("Pin", () => hold(!pinned), "Enter pins the selection, Escape lets go");
  const predict = button("Predict", () => ask({ do: "predict" }), "hide the results, and guess them first");
  const show = button("Show", () => ask({ do: "show", cell: pick }), "show this number without a guess");
  const controls = make("span", { className: "lk-controls" });
  const large = button("A+", () => large.setAttribute("aria-pressed", root.classList.toggle("lk-large")), "larger type");
  large.setAttribute("aria-pressed", "false"); large.setAttribute("aria-label", "larger type");
  const bar = make("div", { className: "lk-bar" },
    button("◀ Back", () => { stop(); move(-1); }, "the cell before"), play, button("Step ▶", () => { stop(); move(1); }, "the next cell"),
    make("label", {}, "cell ", range), count, make("label", {}, "speed ", speed), pin,
    predict, show, button("Reset", () => ask({ do: "reset" }), "bring the lesson’s numbers back"), large, controls,
    make("span", { className: "lk-hint", textContent: "point, click, or arrow keys · Enter pins · Esc lets go" }));
  const frame = make("div", { className: "lk-frame" });
  const live = make("p", { className: "lk-live" }); live.setAttribute("role", "status");
  const root = make("div", { className: "lk" }, frame, live);
  el.append(root);

  function build(html) {
    frame.innerHTML = html;
    part = Object.fromEntries([...frame.querySelectorAll("[data-part]")].map(e => [e.dataset.part, e]));
    frame.querySelector("[data-panes]").after(bar);
    part.formula.setAttribute("role", "group"); part.formula.setAttribute("aria-label", "formula with its numbers");
    for (const g of frame.querySelectorAll("[data-grid]")) {
      const table = g.querySelector("table"); table.setAttribute("role", "grid"); table.setAttribute("aria-label", g.querySelector("figcaption").innerText.replace("\n", ", "));
      if (!("edit" in g.dataset)) table.setAttribute("aria-readonly", "true");
    }
    for (const p of frame.querySelectorAll("[data-row], [data-part=formula], [data-part=code]")) p.classList.add("lk-scroll");
    places = new Map();
    for (const td of cells()) {
      td.tabIndex = -1; if (td.firstChild?.nodeType !== 3) td.prepend("");
      td.plain = td.firstChild.data;
      places.has(td.dataset.cell) ? places.get(td.dataset.cell).push(td) : places.set(td.dataset.cell, [td]);
    }
    for (const t of frame.querySelectorAll("table")) t.querySelector("[data-cell]").tabIndex = 0;
  }
  function switches(scene) { // one native select for each switch of the explorer
    predict.hidden = !scene.target; predict.setAttribute("aria-pressed", scene.hidden > 0); show.hidden = !scene.hidden;
    if (controls.told === JSON.stringify(scene.controls)) return;
    controls.told = JSON.stringify(scene.controls);
    controls.replaceChildren(...scene.controls.map(c => make("label", {}, c.label + " ", make("select",
      { name: c.name, onchange: e => ask({ do: "set", name: c.name, value: e.target.value }) },
      ...c.options.map(o => make("option", { textContent: o, value: o, selected: o === c.value }))))));
  }
  const typable = td => "guess" in td.dataset || "edit" in td.closest("[data-grid]").dataset;
  const cells = (inside = frame) => [...inside.querySelectorAll("[data-cell]")];

  // ---- a new scene: same cells -> only the changed texts are written, so focus, caret and layout stay -----------
  function update() {
    const scene = model.get("scene"), old = cells(), box = make("div", { innerHTML: scene.html }), now = cells(box);
    links = scene.links;
    unlight(); fresh.forEach(td => td.classList.remove("lk-new")); fresh = [];
    if (old.length !== now.length || old.some((td, i) => td.dataset.cell !== now[i].dataset.cell)) build(scene.html);
    else old.forEach((td, i) => {
      const text = now[i].textContent;
      if (td.plain !== text) { td.plain = td.firstChild.data = text; td.classList.add("lk-new"); fresh.push(td); }
      if (td.style.cssText !== now[i].style.cssText) td.style.cssText = now[i].style.cssText;
      if ("guess" in now[i].dataset) td.dataset.guess = ""; else delete td.dataset.guess;
      td.removeAttribute("aria-busy");
    });
    const heads = e => [...e.querySelectorAll("[data-pane] > p")], told = heads(box);
    heads(frame).forEach((p, i) => { if (told[i] && p.textContent !== told[i].textContent) p.replaceWith(told[i]); });
    switches(scene);
    part.formula.style.minHeight = box.querySelector("[data-part=formula]").style.minHeight;
    if (editor) editor.value = editor.td.plain;
    later("busy", 0, () => {});
    const key = links.stories[pick] ? pick : links.stories[model.get("pick")] ? model.get("pick") : links.first;
    pick = null; select(key, true);
  }

  // ---- selection: what lights up --------------------------------------------------------------------------------
  const mark = (list, e, name) => { e.classList.add(name); list.push([e, name]); };
  const unmark = list => { for (const [e, name] of list) e.classList.remove(name); list.length = 0; };
  function unlight() {
    unmark(lit); unpoint();
    for (const td of badged) delete td.dataset.badge;
    for (const td of shown) td.firstChild.data = td.plain;
    for (const td of places.get(pick) ?? []) td.removeAttribute("aria-selected");
    badged = []; shown = [];
  }
  function select(key, quiet) {
    if (key === pick || !links.stories[key]) return;
    unlight();
    if (!pick || gridOf(pick) !== gridOf(key) || quiet) { walk = Object.keys(links.stories).filter(k => gridOf(k) === gridOf(key)); range.max = walk.length - 1; }
    pick = key; story = links.stories[key];
    for (const k of story.seen) for (const td of places.get(k) ?? []) mark(lit, td, "lk-seen");
    for (const id of story.terms) links.terms[id].forEach((k, column) => { for (const td of places.get(k) ?? []) mark(lit, td, "lk-" + column); });
    for (const td of places.get(key)) { mark(lit, td, "lk-pick"); td.setAttribute("aria-selected", "true"); }
    if (story.badge) story.terms.forEach((id, n) => {
      for (const td of places.get(links.terms[id][story.badge[0]]) ?? []) { td.dataset.badge = story.badge[1][n]; badged.push(td); }
    });
    for (const grid in story.show) frame.querySelectorAll(`[data-grid="${grid}"] [data-cell]`).forEach((td, n) => { td.firstChild.data = story.show[grid][n]; shown.push(td); });
    part.formula.innerHTML = story.formula;
    part.say.textContent = story.say;
    for (const line of part.code.children) line.classList.toggle("lk-line", +line.dataset.line === story.line);
    const n = walk.indexOf(key);
    range.value = n; count.textContent = `${n + 1} of ${walk.length}`;
    range.setAttribute("aria-label", `cell of ${gridOf(key)}`); range.setAttribute("aria-valuetext", `${label(key)}, ${count.textContent}`);
    const term = part.formula.querySelector("[data-term]"); if (term) reach(term, 0);
    for (const td of places.get(key)) if (td !== document.activeElement && !td.closest("table").contains(document.activeElement)) rove(td);
    if (!playing) later("say", 250, () => { live.textContent = story.say; });
    if (model.get("pick") !== key) later("pick", 250, () => { model.set("pick", pick); model.save_changes(); });
  }
  function hold(yes) { pinned = yes; root.classList.toggle("lk-pinned", yes); pin.setAttribute("aria-pressed", yes); pin.textContent = yes ? "Let go" : "Pin"; }

  // ---- pointing inside the story: a term <-> its cells ------------------------------------------------------------
  const reach = (span, tab) => { span.tabIndex = tab; span.setAttribute("role", "button"); };
  function unpoint() { unmark(pointed); if (story) part.say.textContent = story.say; }
  function point(ids, where) {
    unpoint();
    for (const id of ids) {
      links.terms[id].forEach((k, column) => { for (const td of places.get(k) ?? []) mark(pointed, td, "lk-on" + column); });
      const span = part.formula.querySelector(`[data-term="${id}"]`); if (span) mark(pointed, span, "lk-on");
    }
    if (ids.length === 1) part.say.textContent = links.terms[ids[0]].filter(k => k).map((k, n) => label(k) + (n && places.get(k) ? " = " + places.get(k)[0].plain : "")).join("  ←  ").replace("  ←  ", "  gets  ").replaceAll("  ←  ", "  times  ");
  }
  const termsWith = key => story.terms.filter(id => links.terms[id].includes(key));
  function visit(td, soft) { // the pointer or the focus reaches a cell
    const key = td.dataset.cell;
    if (!pinned && !(soft && playing) && links.stories[key]) { stop(); select(key); } else if (key !== pick) point(termsWith(key)); else unpoint();
  }

  // ---- walking ------------------------------------------------------------------------------------------------------
  const move = by => select(walk[Math.min(Math.max(walk.indexOf(pick) + by, 0), walk.length - 1)]);
  const stop = () => { if (playing) run(false); };
  function run(yes) {
    clearInterval(playing); playing = 0;
    if (yes && pick === walk.at(-1)) select(walk[0]);
    if (yes) playing = setInterval(() => { if (!root.isConnected || pick === walk.at(-1)) stop(); else move(1); }, SPEEDS[speed.value]);
    play.textContent = yes ? "⏸ Pause" : "▶ Play";
    if (!yes) later("say", 250, () => { live.textContent = story.say; });
  }

  // ---- editing: JavaScript carries the text to Python, Python answers with a scene or a refusal -----------------
  function edit(td, text) {
    close(false);
    editor = make("input", { className: "lk-edit", value: text ?? td.plain, inputMode: "decimal", td, autocomplete: "off" });
    editor.setAttribute("aria-label", label(td.dataset.cell) + ", new number"); editor.setAttribute("aria-describedby", "");
    td.append(editor); editor.focus({ preventScroll: true }); text === undefined && editor.select();
    editor.onblur = () => close(true);
  }
  function close(keep, focus) {
    if (!editor) return;
    const { td, value } = editor, e = editor; editor = null; e.onblur = null;
    if (focus) td.focus({ preventScroll: true });
    e.remove();
    if (keep && value.trim() && value.trim() !== td.plain) ask({ do: "guess" in td.dataset ? "guess" : "edit", cell: td.dataset.cell, text: value }, td);
  }
  const GONE = "The Python behind this explorer is gone: run its cell again. Selecting, formulas and Play still work.";
  let gone = false;
  const tell = text => { part.say.textContent = live.textContent = text; };
  function ask(message, td) {
    frame.querySelector(".lk-refuse")?.remove();
    if (gone) return tell(GONE);
    td?.setAttribute("aria-busy", "true");
    model.send(message);
    later("busy", 700, () => tell("Python is still busy; the answer appears when it is free."));
  }
  on("comm_live_update", () => { gone = true; root.classList.add("lk-gone"); clearTimeout(timers.busy); tell(GONE); });
  on("msg:custom", m => {
    clearTimeout(timers.busy);
    const all = places.get(m.cell) ?? [], td = all.find(typable) ?? all[0];
    if (!td) return tell(m.why);
    td.removeAttribute("aria-busy");
    const why = make("span", { className: "lk-refuse", textContent: m.why }); why.setAttribute("role", "alert");
    frame.querySelector(".lk-refuse")?.remove(); td.append(why); later("why", 8000, () => why.remove());
    later("told", 300, () => { live.textContent = m.why; });
  });

  // ---- the hands ------------------------------------------------------------------------------------------------------
  function rove(td) { for (const c of td.closest("table").querySelectorAll('[tabindex="0"]')) c.tabIndex = -1; td.tabIndex = 0; }
  let going = null; // focus() costs about 9 ms inside JupyterLab (its :focus-within rules): let it follow in the same frame
  function go(td) { if (!going) requestAnimationFrame(() => { const to = going; going = null; to.focus(); }); going = td; }
  const near = (e, what) => e.target.closest?.(what);
  let byPointer = false; // a press of the mouse focuses too; there the click decides
  root.addEventListener("pointerdown", () => { byPointer = true; later("press", 0, () => { byPointer = false; }); });
  root.addEventListener("pointerover", e => {
    const td = near(e, "[data-cell]"), term = near(e, "[data-term]");
    if (td) visit(td, true); else if (term) point([+term.dataset.term]); else if (!held) unpoint();
  });
  root.addEventListener("pointerleave", () => unpoint());
  root.addEventListener("click", e => {
    const td = near(e, "[data-cell]"); if (!td || near(e, "input")) return;
    const key = td.dataset.cell; stop();
    if (links.stories[key]) { const same = key === pick && pinned; select(key); hold(!same); } else point(termsWith(key));
  });
  root.addEventListener("dblclick", e => { const td = near(e, "[data-cell]"); if (td && typable(td) && !near(e, "input")) edit(td, "guess" in td.dataset ? "" : undefined); });
  root.addEventListener("focusin", e => {
    const td = near(e, "[data-cell]"), term = near(e, "[data-term]");
    if (near(e, "input")) return;
    if (td) { rove(td); if (!byPointer) visit(td); } else if (term) point([+term.dataset.term]); else unpoint();
  });
  root.addEventListener("keydown", e => {
    const taken = keys(e);
    if (taken) e.preventDefault();
    // JupyterLab reads single keys anywhere in a notebook; Ctrl/Meta combinations, an unused Escape and Shift+Enter are its own
    if (taken || !(e.ctrlKey || e.metaKey || e.key === "Escape" || (e.shiftKey && e.key === "Enter"))) e.stopPropagation();
  });
  function keys(e) {
    const input = near(e, ".lk-edit"), td = going ?? near(e, "[data-cell]"), term = near(e, "[data-term]"), k = e.key;
    if (e.altKey || e.metaKey || (e.ctrlKey && k !== "Home" && k !== "End")) return false;
    if (input) {
      if (k === "Enter" && !e.shiftKey) { close(true, true); return true; }
      if (k === "Escape") { close(false, true); return true; }
      if (k === "ArrowUp" || k === "ArrowDown") { ask({ do: "edit", cell: td.dataset.cell, text: input.value, by: k === "ArrowUp" ? 1 : -1 }, td); return true; }
      return false;
    }
    if (k === "Escape") { const busy = pinned || playing; stop(); hold(false); unpoint(); return !!busy; }
    if (term) {
      const all = [...part.formula.querySelectorAll("[data-term]")], to = step(k, all.indexOf(term), 1, all.length, all.length);
      if (to === null) return false;
      reach(term, -1); reach(all[to], 0); all[to].focus(); return true;
    }
    if (!td) return false;
    const row = [...td.parentNode.querySelectorAll("[data-cell]")], all = cells(td.closest("table")), to = step(k, all.indexOf(td), row.length, all.length, row.length, e.ctrlKey);
    if (to !== null) { visit(all[to]); go(all[to]); return true; }
    if (k === "Enter" || k === " ") {
      if ("guess" in td.dataset) { select(td.dataset.cell); edit(td, ""); return true; }
      if (links.stories[td.dataset.cell]) { const same = pinned && pick === td.dataset.cell; select(td.dataset.cell); hold(!same); } else if (typable(td)) edit(td);
      return true;
    }
    if (typable(td) && (k === "F2" || /^[-−+.,\d]$/.test(k))) { edit(td, k === "F2" ? undefined : k); return true; }
    return false;
  }
  function step(k, at, wide, n, row, ctrl) { // a place in a grid, in reading order; the edges hold
    const first = at - at % row, to = { ArrowLeft: at % row ? at - 1 : at, ArrowRight: at % row < row - 1 ? at + 1 : at, ArrowUp: at - wide, ArrowDown: at + wide, Home: ctrl ? 0 : first, End: ctrl ? n - 1 : first + row - 1 }[k];
    return to === undefined ? null : to < 0 || to >= n ? at : to;
  }

  on("change:scene", update);
  on("change:pick", () => { if (model.get("pick") !== pick) { stop(); select(model.get("pick")); } });
  hold(false); pick = model.get("pick"); update();
  return () => { stop(); Object.values(timers).forEach(clearTimeout); off.forEach(f => f()); };
}
export default { render };
