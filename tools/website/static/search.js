// Search over the sections of all pages, without a server: "/" opens it.
const MOST = 20; // results that are listed
const AROUND = 60; // letters before and after what was found
const HAN = /\p{Script=Han}/u; // written without blanks: found anywhere in a text

const open = document.querySelector(".search-open");
const dialog = document.createElement("dialog");
dialog.className = "search";
dialog.setAttribute("aria-label", "Search all pages");
dialog.setAttribute("closedby", "any");
dialog.innerHTML = `<button type="button" class="search-close">Close</button>
  <input type="text" role="combobox" aria-label="Search all pages"
  aria-expanded="false" aria-controls="results" aria-autocomplete="list" autocomplete="off">
  <p role="status"></p><div role="listbox" id="results" aria-label="Results" tabindex="-1"></div>`;
document.body.append(dialog);
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const status = dialog.querySelector("[role=status]");
let found = [];
let chosen = 0;

/** The sections of all pages, loaded when something is looked for the first time. */
function sections() {
  sections.loaded ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "sections.js";
    script.addEventListener("load", () => resolve(window.cnnlibSections));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return sections.loaded;
}

/** A pattern for words that begin like what was typed. */
function pattern(word, flags = "iu") {
  const typed = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(HAN.test(word) ? typed : `(?<![\\p{L}\\p{N}])${typed}`, flags);
}

function search(all, text) {
  const words = text.trim().split(/\s+/).filter(Boolean);
  const patterns = words.map((word) => pattern(word));
  const held = words.length ? all.filter((one) => patterns.every((p) => p.test(wholeOf(one)))) : [];
  const inTitle = (one) => patterns.filter((p) => p.test(`${one.title} ${one.section}`)).length;
  return held
    .map((one) => ({ one, rank: inTitle(one) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ one }) => ({ ...one, ...around(one.text, patterns[0]) }));
}

function wholeOf({ title, section, text }) {
  return `${title} ${section} ${text}`;
}

/** The piece of a text around the first place of a pattern. */
function around(text, wanted) {
  const hit = wanted.exec(text) ?? { index: 0, 0: "" };
  const start = Math.max(0, hit.index - AROUND);
  const end = hit.index + hit[0].length;
  const before = (start ? "…" : "") + text.slice(start, hit.index);
  return { before, hit: hit[0], after: `${text.slice(end, end + AROUND)}…` };
}

function option({ title, section, before, hit, after }, n) {
  const item = document.createElement("div");
  item.id = `result-${n}`;
  item.setAttribute("role", "option");
  const place = document.createElement("small");
  const mark = document.createElement("mark");
  mark.textContent = hit;
  place.append(before, mark, after);
  item.append(section === title ? title : `${title} · ${section}`, place);
  item.addEventListener("click", () => go(n));
  return item;
}

function choose(n) {
  chosen = n;
  for (const [k, item] of [...list.children].entries()) {
    item.setAttribute("aria-selected", k === n);
  }
  list.children[n]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", list.children.length ? `result-${n}` : "");
}

async function look() {
  const typed = input.value;
  const all = search(await sections(), typed);
  if (typed !== input.value) {
    return; // something else was typed meanwhile
  }
  found = all.slice(0, MOST);
  list.replaceChildren(...found.map(option));
  input.setAttribute("aria-expanded", found.length > 0);
  const more = all.length > MOST ? `, the first ${MOST} are shown` : "";
  const places = all.length === 1 ? "place" : "places";
  status.textContent = typed.trim() ? `${all.length} ${places} found${more}` : "";
  choose(0);
}

function go(n) {
  const { page, place } = found[n];
  dialog.close();
  location.href = `${page}.html${place && `#${encodeURIComponent(place)}`}`;
}

function begin() {
  dialog.showModal();
  input.select();
  sections();
}

function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    event.preventDefault();
    choose((chosen + step + found.length) % found.length);
  } else if (event.key === "Enter" && found.length) {
    event.preventDefault();
    go(chosen);
  }
}

open.hidden = false;
open.addEventListener("click", begin);
dialog.querySelector(".search-close").addEventListener("click", () => dialog.close());
input.addEventListener("input", look);
input.addEventListener("keydown", keys);
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !dialog.open) {
    event.preventDefault();
    begin();
  }
});
