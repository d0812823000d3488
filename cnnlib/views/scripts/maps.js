// maps.js: paints stacks of maps and reads out their numbers. It computes nothing of the lesson: palette indices,
// numbers, texts and windows all come from Python.
// model "page"  = {html, stacks: {name: where it lies, see maps.layout}, tables: {kind: 256 RGBA}, pixels, places},
//                 pixels and places being how many palette indices and numbers one recorded step has
// model "pixels", "floats" = bytes of all steps, see maps.pack
// model "state" = {parts: {name: html}, of: "pick@at" of part "formula", values: {control: value}, says: [text]}
// model "at" = the step shown, "pick" = "stack:map,row,column". Controls carry data-do (asked of Python) or data-play.

const apart = key => key.match(/^(.*):([^:]*)$/)?.slice(1) ?? []; // "out:0:3,2,5" -> ["out:0", "3,2,5"]
const bytes = v => new Uint8Array(v.buffer ?? v, v.byteOffset ?? 0, v.byteLength);
export function words(v) { // four digits, halves to even: the text that Python's maps.number gives
  if (Number.isNaN(v)) return "not known yet";
  const five = v.toExponential(4), half = +five === v && /[02468]5e/.test(five);
  const [m, e] = (half ? five.replace("5e", "e") : v.toExponential(3)).split("e");
  const far = v && (+e < -4 || +e > 3) && `${+m}e${e[0]}${e.slice(1).padStart(2, "0")}`;
  return (far || String(+`${m}e${e}` + 0)).replaceAll("-", "−");
}
const GONE = "The kernel was restarted or has gone. Numbers and steps still work; run the cell again for the rest.";
const BUSY = "Python is still busy; the picture follows when it answers.";
const SPEEDS = { slow: 1600, normal: 800, fast: 200 };
const KEYS = { ArrowLeft: [0, 0, -1], ArrowRight: [0, 0, 1], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0],
  PageUp: [-1, 0, 0], PageDown: [1, 0, 0], Home: [0, 0, -1e6], End: [0, 0, 1e6] };

function render({ model, el }) {
  let page, state, pixels, numbers, at = model.get("at"), key = model.get("pick"), pick = null;
  let playing = 0, gone = false, waiting = false, stroke = null, pen = false, asker = null, html = "", said = "";
  let sheets = {}, tables = {};
  const off = [], timers = {}, id = Math.random();
  const on = (name, f) => { model.on(name, f); off.push(() => model.off(name, f)); };
  const later = (name, ms, f) => { clearTimeout(timers[name]); timers[name] = setTimeout(f, ms); };
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const frame = make("div", { className: "mp-frame" }), tip = make("output", { className: "mp-tip", hidden: true });
  const live = make("p", { className: "mp-live" }), told = make("p", { className: "mp-told", hidden: true });
  live.setAttribute("role", "status"); told.setAttribute("role", "alert"); tip.setAttribute("aria-hidden", "true");
  const root = make("div", { className: "mp" });
  root.append(told, frame, tip, live); el.append(root);
  const all = (what, inside = frame) => [...inside.querySelectorAll(what)];
  const part = name => frame.querySelector(`[data-part="${CSS.escape(name)}"]`);
  function beside(e, x, y) { // a small box at a place of the window, inside the explorer
    const r = root.getBoundingClientRect();
    const left = Math.max(0, Math.min(x - r.left, r.width - e.offsetWidth - 4));
    e.style.transform = `translate(${left}px, ${y - r.top}px)`;
  }
  function tell(text, ms) { // words from Python or about it: beside the control that was used; for good, at the top
    const used = text && ms && (asker?.isConnected ? asker : frame.firstChild).getBoundingClientRect();
    told.textContent = text; told.hidden = !text; told.style.transform = ""; clearTimeout(timers.told);
    told.classList.toggle("mp-beside", !!used);
    if (used) { beside(told, used.left, used.bottom + 6); later("told", ms, () => tell(gone ? GONE : "")); }
  }

  // ---- the page and its pictures ------------------------------------------------------------------------------
  function build() {
    const nameOf = e => [e.tagName, e.dataset.do, e.dataset.play, e.dataset.at, e.parentNode?.dataset.sheet].join();
    const kept = frame.contains(document.activeElement) && nameOf(document.activeElement);
    frame.innerHTML = html = page.html;
    for (const kind in page.tables) tables[kind] = new Uint32Array(bytes(page.tables[kind]).slice().buffer);
    sheets = {};
    for (const box of all("[data-sheet]")) {
      const name = box.dataset.sheet, s = page.stacks[name], canvas = box.firstChild;
      canvas.style.width = `calc(${s.columns * s.zoom}px * var(--k, 1))`;
      canvas.style.height = `calc(${s.rows * s.tall}px * var(--k, 1))`;
      const ink = canvas.getContext("2d");
      const data = ink.createImageData(s.columns, s.rows);
      sheets[name] = { ...s, name, box, canvas, ink, data, marks: {}, cell: [0, 0, 0] };
    }
    if (kept) all("[data-do], [data-play], canvas").find(e => nameOf(e) === kept)?.focus({ preventScroll: true });
  }

  function paint() {
    for (const s of Object.values(sheets)) {
      const colours = new Uint32Array(s.data.data.buffer), table = tables[s.kind], from = at * page.pixels + s.pixel;
      for (let k = 0; k < colours.length; k++) colours[k] = table[pixels[from + k]];
      s.ink.putImageData(s.data, 0, 0);
      s.box.classList.toggle("mp-unknown", !pixels[from]);
    }
  }
  function texts() {
    for (const [name, text] of Object.entries(state.parts)) {
      const e = part(name); if (!e || e.plain === text) continue;
      const had = e.contains(document.activeElement);
      e.innerHTML = e.plain = text;
      if (had) (e.querySelector("[data-do]") ?? frame.querySelector("[data-do]")).focus({ preventScroll: true });
    }
    for (const e of all("[data-do]")) {
      const key = e.dataset.at ? `${e.dataset.do}:${e.dataset.at}` : e.dataset.do, value = state.values[key];
      if (value === undefined) continue;
      if (e.type === "checkbox") e.checked = value; else if (e.value !== value) e.value = value;
    }
  }
  function update() {
    page = model.get("page"); state = model.get("state"); pixels = bytes(model.get("pixels"));
    const raw = bytes(model.get("floats")); numbers = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    if (page.html !== html) build();
    pick = null; texts(); show(at, true); choose(key, true); entry(document.activeElement);
  }
  function show(to, quiet) { // one recorded step
    at = Math.min(Math.max(to, 0), Math.max(state.says.length - 1, 0));
    paint();
    const say = part("say"); if (say) say.textContent = state.says[at] ?? "";
    for (const e of all('[data-play="range"]')) {
      e.max = state.says.length - 1; e.value = at; e.setAttribute("aria-valuetext", state.says[at]);
    }
    for (const e of all('[data-play="count"]')) e.textContent = `${at + 1} of ${state.says.length}`;
    if (pick) outline(...pick);
    stale();
    if (!quiet && model.get("at") !== at) later("at", 200, () => { model.set("at", at); model.save_changes(); });
    if (!playing && said !== state.says[at]) later("say", 300, () => { live.textContent = said = state.says[at]; });
  }
  function stale() { // the formula on the page is about another cell or step: Python has to write a new one
    const e = part("formula"); if (!e || state.of === `${key}@${at}`) { clearTimeout(timers.stale); return; }
    e.innerHTML = e.plain = "…";
    later("stale", 1500, () => { e.textContent = "The formula comes from Python, which does not answer."; });
  }

  // ---- the number of a cell -------------------------------------------------------------------------------------
  function read(s, [n, i, j]) {
    const place = at * page.places + s.place + (n * s.height + i) * s.width + j;
    const value = words(numbers.getFloat32(4 * place, true));
    return `${s.label}[${s.names[n]}${s.height > 1 ? i + ", " : ""}${j}] = ${value}`;
  }
  function place(s, which, n, i, j, rows = 1, columns = 1) { // mark a rectangle of cells of map n
    if (!s.marks[which]) s.box.append(s.marks[which] = make("i", { className: "mp-mark" }));
    const mark = s.marks[which];
    const y = Math.floor(n / s.across) * (s.height + 1) + i, x = (n % s.across) * (s.width + 1) + j;
    const css = { left: x * s.zoom, top: y * s.tall, width: columns * s.zoom, height: rows * s.tall };
    for (const k in css) mark.style[k] = `calc(${css[k]}px * var(--k, 1))`;
    mark.hidden = !rows || !columns;
  }
  const unmark = () => { for (const s of Object.values(sheets)) for (const k in s.marks) s.marks[k].hidden = true; };
  function outline(s, cell) {
    unmark();
    place(s, "own", ...cell);
    for (const [name, [rows, columns]] of Object.entries(s.windows)) {
      const o = sheets[name], [i, height] = rows[cell[1]], [j, width] = columns[cell[2]];
      if (!o) continue;
      const maps = s.same ? [cell[0]] : [...Array(o.count).keys()];
      for (const n of maps) place(o, n, n, i, j, height, width);
    }
    const e = part("cell"); if (e) e.textContent = read(s, cell);
    point(frame.querySelector(`[data-cells~="${s.name}:${cell}"]`));
  }
  function point(term) { // a term of the formula and its cells light up together
    for (const e of all(".mp-on")) e.classList.remove("mp-on");
    if (!term) return;
    term.classList.add("mp-on");
    for (const cell of term.dataset.cells.split(" ")) {
      const [name, index] = apart(cell), s = sheets[name];
      if (s) place(s, "on", ...index.split(",").map(Number));
      else all(`[data-do="${name}"][data-at="${index}"]`).forEach(e => e.classList.add("mp-on"));
    }
  }
  function entry({ dataset: d }) { // a typed number's own term
    if (d.at) point(frame.querySelector(`[data-cells~="${d.do}:${d.at}"]`));
  }
  function choose(to, quiet) { // the picked cell, by mouse, key or code; none lets go
    const [name, index] = apart(to), s = sheets[name];
    key = to;
    pick = s ? [s, index.split(",").map(Number)] : null;
    if (pick && [s.count, s.height, s.width].some((n, k) => pick[1][k] >= n)) pick = null; // a smaller stack came
    if (pick) { s.cell = pick[1]; outline(...pick); } else rest();
    stale();
    if (quiet) return;
    later("say", 300, () => { live.textContent = pick ? read(...pick) : ""; });
    if (model.get("pick") !== key) later("pick", 80, () => { model.set("pick", key); model.save_changes(); });
  }
  function rest() { // nothing is pointed at: back to the picked cell
    tip.hidden = true; unmark(); point(null);
    const e = part("cell"); if (e) e.textContent = "";
    if (pick) outline(...pick);
  }
  const found = (e, s) => { // the cell under the pointer, null on a gap
    const r = s.canvas.getBoundingClientRect();
    const x = Math.floor((e.clientX - r.left) / r.width * s.columns);
    const y = Math.floor((e.clientY - r.top) / r.height * s.rows);
    const n = Math.floor(y / (s.height + 1)) * s.across + Math.floor(x / (s.width + 1));
    const i = y % (s.height + 1), j = x % (s.width + 1);
    if (x < 0 || y < 0 || x >= s.columns || y >= s.rows) return null;
    return n < s.count && i < s.height && j < s.width ? [n, i, j] : null;
  };
  const under = e => sheets[e.target.closest?.("[data-sheet]")?.dataset.sheet];

  // ---- asking Python ----------------------------------------------------------------------------------------------
  function ask(message, control) {
    asker = control;
    if (gone) return tell("Python is not there any more: this needs a running notebook. Run the cell again.", 8000);
    root.classList.add("mp-busy"); model.send({ ...message, id });
    later("busy", 1200, () => tell(BUSY, 60000));
  }
  const idle = () => { root.classList.remove("mp-busy"); clearTimeout(timers.busy); };
  on("msg:custom", m => { // each wish has one answer
    if ((m.id ?? id) === id) { idle(); texts(); tell(m.why, 8000); }
  });
  on("comm_live_update", () => { gone = true; idle(); clearTimeout(timers.stale); tell(GONE); });

  // ---- the hands ----------------------------------------------------------------------------------------------------
  const stop = () => { if (playing) run(false); };
  function run(yes) {
    clearInterval(playing); playing = 0;
    if (yes) {
      if (at >= state.says.length - 1) show(0);
      const speed = frame.querySelector('[data-play="speed"]')?.value ?? "normal";
      const next = () => { if (!root.isConnected || at >= state.says.length - 1) stop(); else show(at + 1); };
      playing = setInterval(next, SPEEDS[speed]);
    }
    for (const e of all('[data-play="play"]')) e.textContent = playing ? "⏸ Pause" : "▶ Play";
    if (!yes) show(at);
  }
  const PLAY = { back: () => { stop(); show(at - 1); }, step: () => { stop(); show(at + 1); },
    play: () => run(!playing), large: e => e.setAttribute("aria-pressed", root.classList.toggle("mp-large")) };
  root.addEventListener("click", e => {
    const b = e.target.closest("button"), s = under(e);
    if (b?.dataset.play) PLAY[b.dataset.play]?.(b); else if (b?.dataset.do) ask({ do: b.dataset.do }, b);
    if (s && !s.pad) { const cell = found(e, s); if (cell) choose(`${s.name}:${cell}`); }
  });
  root.addEventListener("input", e => {
    if (e.target.dataset.play === "range") { stop(); show(e.target.valueAsNumber); }
  });
  root.addEventListener("change", e => {
    const { do: what, at: index, play } = e.target.dataset;
    if (play === "speed" && playing) run(true);
    const value = e.target.type === "checkbox" ? e.target.checked : e.target.value;
    if (what) ask({ do: what, at: index, value }, e.target);
  });
  root.addEventListener("pointermove", e => {
    const s = under(e), cell = s && found(e, s), term = e.target.closest?.("[data-cells]");
    if (stroke) { tip.hidden = true; return draw(cell); }
    if (!cell && (!tip.hidden || frame.querySelector(".mp-on"))) rest();
    if (!cell) return point(term);
    tip.hidden = false; outline(s, cell); tip.textContent = read(s, cell);
    beside(tip, e.clientX + 14, e.clientY + 18);
  });
  root.addEventListener("pointerleave", rest);

  // ---- the drawing pad: cells travel to Python, ink comes back ---------------------------------------------------
  function draw(cell) {
    if (!cell || stroke.last === String(cell)) return;
    stroke.last = String(cell); stroke.cells.push([cell[1], cell[2]]);
    stroke.s.ink.fillStyle = "#fff"; stroke.s.ink.fillRect(cell[2] - 1, cell[1] - 1, 3, 3); // until Python's ink comes
    if (!stroke.sent) { stroke.sent = requestAnimationFrame(() => { send(false); }); }
  }
  function send(end) {
    if (!stroke) return;
    cancelAnimationFrame(stroke.sent); stroke.sent = 0;
    if (stroke.cells.length) ask({ do: "draw", cells: stroke.cells, go: stroke.go });
    stroke.go = true; stroke.cells = []; if (end) stroke = null;
  }
  root.addEventListener("pointerdown", e => {
    const s = under(e); if (!s?.pad || e.button) return;
    e.preventDefault(); s.canvas.setPointerCapture(e.pointerId); s.cell = found(e, s);
    stroke = { s, cells: [], go: false }; s.canvas.focus({ preventScroll: true }); draw(s.cell);
  });
  for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => send(true));

  root.addEventListener("keydown", e => {
    const taken = keys(e); if (taken) e.preventDefault();
    // JupyterLab reads single keys anywhere in a notebook; Ctrl/Meta, an unused Escape and Shift+Enter are its own
    const its = e.ctrlKey || e.metaKey || e.key === "Escape" || (e.shiftKey && e.key === "Enter");
    if (taken || !its) e.stopPropagation();
  });
  function keys(e) {
    const s = under(e); if (e.altKey || e.metaKey || e.ctrlKey) return false;
    if (e.key === "Escape" && (playing || pen)) { stop(); hold(false); return true; }
    if (e.key === "Escape" && (pick || !told.hidden && !gone)) { choose(""); tell(gone ? GONE : ""); return true; }
    const { do: what, at: index } = e.target.dataset;
    if (index && (e.key === "ArrowUp" || e.key === "ArrowDown")) { // a number: one more, one less
      ask({ do: what, at: index, value: e.target.value, by: e.key === "ArrowUp" ? 1 : -1 }, e.target);
      return true;
    }
    if (!s) return false;
    if (s.pad && e.key === " ") {
      hold(!pen); if (pen) ask({ do: "draw", cells: [s.cell.slice(1)], go: false });
      return true;
    }
    if (s.pad && (e.key === "Delete" || e.key === "Backspace")) { ask({ do: "clear" }); return true; }
    const by = KEYS[e.key]; if (!by) return false;
    const size = [s.count, s.height, s.width];
    const to = s.cell.map((v, k) => Math.min(Math.max(v + by[k], 0), size[k] - 1));
    choose(`${s.name}:${to}`);
    if (s.pad && pen) ask({ do: "draw", cells: [to.slice(1)], go: true });
    return true;
  }
  function hold(down) {
    pen = down; root.classList.toggle("mp-pen", pen);
    live.textContent = pen ? "pen down" : "pen up";
  }
  frame.addEventListener("focusin", e => {
    const s = under(e); if (!s) entry(e.target); else if (!stroke && !waiting) choose(`${s.name}:${s.cell}`, s.pad);
  });

  // page, bytes and state arrive together: one update for all
  for (const name of ["page", "pixels", "floats", "state"]) on("change:" + name, () => {
    if (!waiting) { waiting = true; queueMicrotask(() => { update(); waiting = false; }); }
  });
  on("change:at", () => { if (model.get("at") !== at) { stop(); show(model.get("at"), true); } });
  on("change:pick", () => choose(model.get("pick"), true));
  update();
  return () => { stop(); Object.values(timers).forEach(clearTimeout); off.forEach(f => f()); };
}
export default { render };
