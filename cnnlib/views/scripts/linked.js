// linked.js: what the reader's hands do to a frame made by frames.py. It computes nothing of the lesson: every text and every
// link comes from Python, in model "scene" = {html, links, controls, target, hidden} and "pick" = a cell's key. The model is asked
// for get, set, on, off, send and save_changes only; a shim serves too. links = {terms: [[receiver, factor, factor], ...], first,
//   stories: {key: {terms, formula, say, line, seen, badge?: [column, texts], show?: {grid: texts}}}}

const gridOf = key => key.slice(0, key.indexOf(":")), label = key => key.replace(":", "[") + "]";
const SPEEDS = { slow: 1600, normal: 800, fast: 250 };
const GONE = "The Python behind this explorer is gone: run its cell again. Selecting, formulas and Play still work.";
const BUSY = "Python is still busy; the answer appears when it is free.";

const make = (tag, props, ...kids) => { const e = Object.assign(document.createElement(tag), props); e.append(...kids); return e; };
const options = (texts, chosen) => texts.map(t => make("option", { textContent: t, value: t, selected: t === chosen }));

function render({ model, el }) {
  let scene, links, story, pick, pinned = false, playing = 0, editor = null, gone = false, byPointer = false, going = null;
  let places = new Map(), part = {}, lit = [], pointed = [], badged = [], shown = [], fresh = [], walk = [];
  const off = [], timers = {};
  const on = (name, f) => { model.on(name, f); off.push(() => model.off(name, f)); };
  const later = (name, ms, f) => { clearTimeout(timers[name]); timers[name] = setTimeout(f, ms); };

  // ---- the page: frame from Python, one bar of native controls, one live region -------------------------------
  const button = (text, onclick, title) => make("button", { type: "button", textContent: text, title, onclick });
  const play = button("▶ Play", () => run(!playing), "walk through all cells in order");
  const range = make("input", { type: "range", min: 0, step: 1, oninput: () => { stop(); select(walk[range.valueAsNumber]); } });
  const count = make("output", { className: "lk-count" });
  const speed = make("select", { onchange: () => playing && run(true) }, ...options(Object.keys(SPEEDS), "normal"));
  const pin = button("Pin", () => hold(!pinned), "Enter pins the selection, Escape lets go");
  const predict = button("Predict", () => ask({ do: "predict" }), "hide the results, and guess them first");
  const show = button("Show", () => ask({ do: "show", cell: pick }), "show this number without a guess");
  const large = button("A+", () => large.setAttribute("aria-pressed", root.classList.toggle("lk-large")), "larger type");
  large.setAttribute("aria-pressed", "false"); large.setAttribute("aria-label", "larger type");
  const controls = make("span", { className: "lk-controls" });
  const bar = make("div", { className: "lk-bar" },
    button("◀ Back", () => { stop(); move(-1); }, "the cell before"), play,
    button("Step ▶", () => { stop(); move(1); }, "the next cell"),
    make("label", {}, "cell ", range), count, make("label", {}, "speed ", speed), pin, predict, show,
    button("Reset", () => ask({ do: "reset" }), "bring the lesson’s numbers back"), large, controls,
    make("span", { className: "lk-hint", textContent: "point, click, or arrow keys · Enter pins, Esc lets go · type into ✎ grids" }));
  const frame = make("div", { className: "lk-frame" }), live = make("p", { className: "lk-live" });
  live.setAttribute("role", "status");
  const root = make("div", { className: "lk" }, frame, live);
  el.append(root);
  const cells = (inside = frame) => [...inside.querySelectorAll("[data-cell]")];
  const at = key => places.get(key) ?? [];
  const typable = td => "guess" in td.dataset || "edit" in td.closest("[data-grid]").dataset;

  function build(html) {
    const active = document.activeElement, kept = frame.contains(active) && active;
    frame.innerHTML = html;
    part = Object.fromEntries([...frame.querySelectorAll("[data-part]")].map(e => [e.dataset.part, e]));
    frame.querySelector("[data-panes]").after(bar);
    part.formula.setAttribute("role", "group"); part.formula.setAttribute("aria-label", "formula with its numbers");
    for (const grid of frame.querySelectorAll("[data-grid]")) {
      const table = grid.querySelector("table"), caption = [...grid.querySelector("figcaption").childNodes];
      table.setAttribute("role", "grid"); table.setAttribute("aria-label", caption.map(e => e.textContent).join(" "));
      if (!("edit" in grid.dataset)) table.setAttribute("aria-readonly", "true");
      table.querySelector("[data-cell]").tabIndex = 0;
    }
    for (const e of frame.querySelectorAll("[data-row], [data-part=formula]")) e.classList.add("lk-scroll");
    places = new Map();
    for (const td of cells()) {
      if (td.tabIndex) td.tabIndex = -1;
      if (td.firstChild?.nodeType !== 3) td.prepend("");
      td.plain = td.firstChild.data;
      if (!places.has(td.dataset.cell)) places.set(td.dataset.cell, []);
      at(td.dataset.cell).push(td);
    }
    if (kept) (kept.isConnected ? kept : at(kept.dataset.cell)[0])?.focus({ preventScroll: true });
  }
  function switches() { // one native select for each switch of the explorer
    const told = JSON.stringify(scene.controls.map(c => [c.name, c.options])), focus = document.activeElement;
    predict.hidden = !scene.target; predict.setAttribute("aria-pressed", scene.hidden > 0); show.hidden = !scene.hidden;
    if (controls.told !== told) {
      const named = controls.contains(focus) && focus.name;
      controls.told = told;
      controls.replaceChildren(...scene.controls.map(c => make("label", {}, c.label + " ", make("select",
        { name: c.name, onchange: e => ask({ do: "set", name: c.name, value: e.target.value }) }, ...options(c.options)))));
      if (named) controls.querySelector(`[name="${named}"]`)?.focus({ preventScroll: true });
    }
    for (const c of scene.controls) controls.querySelector(`[name="${c.name}"]`).value = c.value;
  }

  // ---- a new scene: same cells -> only what changed is written, so focus, caret and layout stay ---------------
  function update() {
    const sent = model.get("scene"); // from a notebook as one text
    unlight(); scene = typeof sent === "string" ? JSON.parse(sent) : sent; links = scene.links;
    const box = make("div", { innerHTML: scene.html }), old = cells(), now = cells(box);
    for (const td of fresh.splice(0)) td.classList.remove("lk-new");
    if (old.length !== now.length || old.some((td, n) => td.dataset.cell !== now[n].dataset.cell)) build(scene.html);
    else old.forEach((td, n) => refresh(td, now[n]));
    const texts = "[data-pane] > p, figcaption", told = box.querySelectorAll(texts);
    frame.querySelectorAll(texts).forEach((e, n) => { if (e.innerHTML !== told[n].innerHTML) e.replaceWith(told[n]); });
    part.formula.style.minHeight = box.querySelector("[data-part=formula]").style.minHeight;
    switches();
    if (editor) editor.value = editor.td.plain;
    clearTimeout(timers.busy);
    const key = [pick, model.get("pick"), links.first].find(k => links.stories[k]);
    pick = null; select(key, true);
  }
  function refresh(td, now) {
    const text = now.textContent;
    if (td.plain !== text) { td.plain = td.firstChild.data = text; td.classList.add("lk-new"); fresh.push(td); }
    if (td.style.cssText !== now.style.cssText) td.style.cssText = now.style.cssText;
    if ("guess" in now.dataset) td.dataset.guess = ""; else delete td.dataset.guess;
    td.removeAttribute("aria-busy");
  }

  // ---- selection: what lights up --------------------------------------------------------------------------------
  const mark = (list, e, name) => { e.classList.add(name); list.push([e, name]); };
  const unmark = list => { for (const [e, name] of list) e.classList.remove(name); list.length = 0; };
  function unlight() {
    unmark(lit); unpoint();
    for (const td of badged) delete td.dataset.badge;
    for (const td of shown) td.firstChild.data = td.plain;
    for (const td of at(pick)) td.removeAttribute("aria-selected");
    badged = []; shown = [];
  }
  function select(key, again) {
    if (key === pick || !links.stories[key]) return;
    unlight();
    if (again || gridOf(pick) !== gridOf(key)) {
      walk = Object.keys(links.stories).filter(k => gridOf(k) === gridOf(key));
      range.max = walk.length - 1;
    }
    pick = key; story = links.stories[key];
    light();
    part.formula.innerHTML = story.formula;
    part.say.textContent = story.say;
    [...part.code.children].forEach((line, n) => line.classList.toggle("lk-line", n === story.line));
    const n = walk.indexOf(key), term = part.formula.querySelector("[data-term]");
    range.value = n; count.textContent = `${n + 1} of ${walk.length}`;
    range.setAttribute("aria-label", `cell of ${gridOf(key)}`);
    range.setAttribute("aria-valuetext", `${label(key)}, ${count.textContent}`);
    if (term) reach(term, 0);
    for (const td of at(key)) if (!td.closest("table").contains(document.activeElement)) rove(td);
    if (!playing) later("say", 250, () => { live.textContent = story.say; });
    if (model.get("pick") !== key) later("pick", 60, () => { model.set("pick", pick); model.save_changes(); });
  }
  function light() {
    for (const k of story.seen) for (const td of at(k)) mark(lit, td, "lk-seen");
    for (const id of story.terms) links.terms[id].forEach((k, n) => { for (const td of at(k)) mark(lit, td, "lk-" + n); });
    for (const td of at(pick)) { mark(lit, td, "lk-pick"); td.setAttribute("aria-selected", "true"); }
    if (story.badge) story.terms.forEach((id, n) => {
      for (const td of at(links.terms[id][story.badge[0]])) { td.dataset.badge = story.badge[1][n]; badged.push(td); }
    });
    for (const grid in story.show) frame.querySelectorAll(`[data-grid="${grid}"] [data-cell]`).forEach((td, n) => {
      td.firstChild.data = story.show[grid][n]; shown.push(td);
    });
  }
  function hold(yes) {
    pinned = root.classList.toggle("lk-pinned", yes); pin.setAttribute("aria-pressed", yes); pin.textContent = yes ? "Let go" : "Pin";
  }

  // ---- pointing inside the story: a term <-> its cells ------------------------------------------------------------
  const reach = (span, tab) => { span.tabIndex = tab; span.setAttribute("role", "button"); };
  const named = key => label(key) + (at(key).length ? " = " + at(key)[0].plain : "");
  function unpoint() { unmark(pointed); if (story) part.say.textContent = story.say; }
  function point(ids) {
    unpoint();
    for (const id of ids) {
      links.terms[id].forEach((k, n) => { for (const td of at(k)) mark(pointed, td, "lk-on" + n); });
      const span = part.formula.querySelector(`[data-term="${id}"]`);
      if (span) mark(pointed, span, "lk-on");
    }
    if (ids.length !== 1) return;
    const [to, ...from] = links.terms[ids[0]].filter(k => k);
    part.say.textContent = `${label(to)}  gets  ${from.map(named).join("  times  ")}`;
  }
  const termsWith = key => story.terms.filter(id => links.terms[id].includes(key));
  function visit(td, soft) { // the pointer or the focus reaches a cell
    const key = td.dataset.cell;
    if (!pinned && !(soft && playing) && links.stories[key]) { stop(); select(key); } else point(key === pick ? [] : termsWith(key));
  }

  // ---- walking ------------------------------------------------------------------------------------------------------
  const move = by => select(walk[Math.min(Math.max(walk.indexOf(pick) + by, 0), walk.length - 1)]);
  const stop = () => { if (playing) run(false); };
  function run(yes) {
    clearInterval(playing); playing = 0;
    if (yes && pick === walk.at(-1)) select(walk[0]);
    const next = () => { move(1); if (!root.isConnected || pick === walk.at(-1)) stop(); };
    if (yes) playing = setInterval(next, SPEEDS[speed.value]);
    else later("say", 250, () => { live.textContent = story.say; });
    play.textContent = yes ? "⏸ Pause" : "▶ Play";
  }

  // ---- editing: JavaScript carries the text to Python, Python answers with a scene or a refusal -----------------
  function edit(td, text) {
    close(false);
    editor = make("input", { className: "lk-edit", value: text ?? td.plain, inputMode: "decimal", td, autocomplete: "off" });
    editor.setAttribute("aria-label", label(td.dataset.cell) + ", new number");
    td.append(editor); editor.focus({ preventScroll: true });
    if (text === undefined) editor.select(); editor.onblur = () => close(true);
  }
  function close(keep, focus) {
    if (!editor) return;
    const e = editor, { td, value } = e, text = value.trim();
    editor = null; e.onblur = null;
    if (focus) td.focus({ preventScroll: true });
    e.remove();
    if (keep && text && text !== td.plain) ask({ do: "guess" in td.dataset ? "guess" : "edit", cell: td.dataset.cell, text: value }, td);
  }
  const tell = text => { part.say.textContent = live.textContent = text; };
  const quiet = () => { const e = frame.querySelector(".lk-refuse"); e?.remove(); return e; };
  function ask(message, td) {
    quiet();
    if (gone) return tell(GONE);
    td?.setAttribute("aria-busy", "true");
    model.send(message);
    later("busy", 700, () => tell(BUSY));
  }
  on("comm_live_update", () => { gone = true; root.classList.add("lk-gone"); clearTimeout(timers.busy); tell(GONE); });
  on("msg:custom", m => { // every wish has one answer; words are a refusal, or what a guess is worth
    clearTimeout(timers.busy);
    switches();
    const td = at(m.cell).find(typable) ?? at(m.cell)[0];
    td?.removeAttribute("aria-busy");
    if (!m.why || !td) return m.why ? tell(m.why) : part.say.textContent === BUSY && tell(story.say);
    quiet();
    const why = make("span", { className: "lk-refuse", textContent: m.why }); why.setAttribute("role", "alert"); td.append(why);
    later("why", 8000, quiet);
  });

  // ---- the hands ------------------------------------------------------------------------------------------------------
  function rove(td) {
    for (const other of td.closest("table").querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    td.tabIndex = 0;
  }
  function go(td) { // focus() costs about 9 ms inside JupyterLab (its :focus-within rules): it follows in the same frame
    if (!going) requestAnimationFrame(() => { const to = going; going = null; to.focus(); }); going = td;
  }
  function choose(key) { const same = pinned && key === pick; select(key); hold(!same); } // Enter, space, click: pin or let go
  const hears = (name, f) => root.addEventListener(name, f), near = (e, what) => e.target.closest?.(what);
  hears("pointerdown", () => { quiet(); byPointer = true; later("press", 0, () => { byPointer = false; }); }); // the click decides
  hears("pointerover", e => {
    const td = near(e, "[data-cell]"), term = near(e, "[data-term]");
    if (td) visit(td, true); else if (term) point([+term.dataset.term]); else unpoint();
  });
  hears("pointerleave", unpoint);
  hears("click", e => {
    const td = !near(e, "input") && near(e, "[data-cell]"); if (!td) return;
    stop();
    if (links.stories[td.dataset.cell]) choose(td.dataset.cell); else point(termsWith(td.dataset.cell));
  });
  hears("dblclick", e => {
    const td = !near(e, "input") && near(e, "[data-cell]"); if (td && typable(td)) edit(td, "guess" in td.dataset ? "" : undefined);
  });
  hears("focusin", e => {
    const td = near(e, "[data-cell]"), term = near(e, "[data-term]");
    if (near(e, "input")) return;
    if (td) { rove(td); if (!byPointer) visit(td); } else if (term) point([+term.dataset.term]); else unpoint();
  });
  hears("keydown", e => {
    const taken = keys(e);
    if (taken) e.preventDefault();
    // JupyterLab reads single keys anywhere in a notebook; Ctrl/Meta combinations, an unused Escape and Shift+Enter are its own
    if (taken || !(e.ctrlKey || e.metaKey || e.key === "Escape" || (e.shiftKey && e.key === "Enter"))) e.stopPropagation();
  });
  function keys(e) {
    const td = going ?? near(e, "[data-cell]"), term = near(e, "[data-term]"), k = e.key;
    if (e.altKey || e.metaKey || (e.ctrlKey && k !== "Home" && k !== "End")) return false;
    if (near(e, ".lk-edit")) return editing(k, e.shiftKey, td);
    if (k === "Escape") { const busy = pinned || playing || quiet(); stop(); hold(false); unpoint(); return !!busy; }
    if (term) {
      const all = [...part.formula.querySelectorAll("[data-term]")], to = step(k, all.indexOf(term), all.length, all.length);
      if (to !== null) { reach(term, -1); reach(all[to], 0); all[to].focus(); }
      return to !== null;
    }
    if (!td) return false;
    const row = cells(td.parentNode).length, all = cells(td.closest("table"));
    const to = step(k, all.indexOf(td), row, all.length, e.ctrlKey);
    if (to !== null) { visit(all[to]); go(all[to]); return true; }
    if (k === "Enter" || k === " ") {
      const key = td.dataset.cell;
      if ("guess" in td.dataset) { select(key); edit(td, ""); } else if (links.stories[key]) choose(key); else if (typable(td)) edit(td);
      return true;
    }
    if (!typable(td) || !/^([-−+.,\d]|F2)$/.test(k)) return false;
    edit(td, k === "F2" ? undefined : k); return true;
  }
  function editing(k, shift, td) {
    const by = { ArrowUp: 1, ArrowDown: -1 }[k];
    if (by && !("guess" in td.dataset)) ask({ do: "edit", cell: td.dataset.cell, text: editor.value, by }, td);
    else if ((k === "Enter" && !shift) || k === "Escape") close(k === "Enter", true);
    else return false;
    return true;
  }
  function step(k, n, row, all, ctrl) { // a place in a grid of rows of `row` cells, in reading order; the edges hold
    const first = n - n % row, last = first + row - 1;
    const to = { ArrowLeft: Math.max(n - 1, first), ArrowRight: Math.min(n + 1, last), ArrowUp: n - row, ArrowDown: n + row,
      Home: ctrl ? 0 : first, End: ctrl ? all - 1 : last }[k];
    return to === undefined ? null : to < 0 || to >= all ? n : to;
  }

  on("change:scene", update);
  on("change:pick", () => { if (model.get("pick") !== pick) { stop(); select(model.get("pick")); } });
  hold(false); update();
  return () => { stop(); Object.values(timers).forEach(clearTimeout); off.forEach(f => f()); };
}
export default { render };
