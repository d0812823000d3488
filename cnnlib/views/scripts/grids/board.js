import { find, make, partsOf } from "../shared/dom.js";

const CELL = "[data-cell]";
const WORDS = "[data-pane] > p, figcaption";

/**
 * The grids on the page. Each place is a table cell td; td.plain is the number that Python wrote
 * there, whatever the place shows for the moment. A cell may stand in several places.
 */
export class Board {
  /** @type {Map<string, HTMLElement[]>} */
  #places = new Map();
  /** @type {HTMLElement[]} all places, in the order of the page */
  #all = [];
  /** @type {HTMLElement[]} places whose number is new */
  #fresh = [];
  /** @type {Map<HTMLElement, HTMLElement>} table -> its place that Tab reaches */
  #doors = new Map();
  /** @type {Object<string, HTMLElement>} the places of the texts: say, formula, code */
  part = {};

  /** @param {HTMLElement} frame */
  constructor(frame) {
    this.frame = frame;
  }

  /** The places of a cell. */
  at(key) {
    return this.#places.get(key) ?? [];
  }

  /** The number of a cell, as a text; "" where it has no place. */
  text(key) {
    return this.at(key)[0]?.plain ?? "";
  }

  /** The places of a grid, in reading order. */
  inGrid(name) {
    return find(this.frame, `[data-grid="${name}"] ${CELL}`);
  }

  /**
   * Show a new scene. Where its cells are the old ones only what changed is written, so that focus,
   * caret and layout stay.
   * @param {string} html
   * @param {HTMLElement} bar  the controls, which stand below the grids
   * @returns {boolean} was the page made anew?
   */
  update(html, bar) {
    const box = make("div", { innerHTML: html });
    const now = find(box, CELL);
    for (const td of this.#fresh.splice(0)) {
      td.classList.remove("lk-new");
    }
    const same =
      now.length === this.#all.length &&
      now.every((td, n) => td.dataset.cell === this.#all[n].dataset.cell);
    if (same) {
      for (const [n, td] of this.#all.entries()) {
        this.#refresh(td, now[n]);
      }
      this.#rewrite(box);
    } else {
      this.#build(html, bar);
    }
    this.#nameGrids();
    return !same;
  }

  /** Tab reaches this place of its table, and no other. */
  openDoor(td) {
    const table = td.closest("table");
    const old = this.#doors.get(table);
    if (old !== td) {
      if (old) {
        old.tabIndex = -1;
      }
      td.tabIndex = 0;
      this.#doors.set(table, td);
    }
  }

  #build(html, bar) {
    const active = document.activeElement;
    const focused = this.frame.contains(active) ? active : null;
    this.frame.innerHTML = html;
    this.frame.querySelector("[data-main]").append(bar);
    this.part = partsOf(this.frame);
    this.part.formula.setAttribute("role", "group");
    this.part.formula.setAttribute("aria-label", "formula with its numbers");
    for (const e of find(this.frame, "[data-column], [data-part=formula]")) {
      e.classList.add("lk-scroll");
    }
    this.#gather();
    if (focused) {
      const again = focused.isConnected ? focused : this.at(focused.dataset.cell)[0];
      again?.focus({ preventScroll: true });
    }
  }

  #gather() {
    this.#places.clear();
    this.#doors.clear();
    this.#all = find(this.frame, CELL);
    for (const td of this.#all) {
      const key = td.dataset.cell;
      if (td.firstChild?.nodeType !== Node.TEXT_NODE) {
        td.prepend("");
      }
      td.plain = td.firstChild.data;
      td.tabIndex = -1;
      this.#places.set(key, [...this.at(key), td]);
    }
    for (const table of find(this.frame, "[data-grid] table")) {
      this.openDoor(table.querySelector(CELL));
    }
  }

  /** For who listens: each table is a grid with the words of its caption. */
  #nameGrids() {
    for (const figure of find(this.frame, "[data-grid]")) {
      const table = figure.querySelector("table");
      const words = [...figure.querySelector("figcaption").childNodes].map((e) => e.textContent);
      table.setAttribute("role", "grid");
      table.setAttribute("aria-label", words.join(" "));
      if (!("edit" in figure.dataset)) {
        table.setAttribute("aria-readonly", "true");
      }
    }
  }

  #refresh(td, now) {
    const text = now.textContent;
    if (td.plain !== text) {
      td.plain = text;
      td.firstChild.data = text;
      td.classList.add("lk-new");
      this.#fresh.push(td);
    }
    if (td.style.cssText !== now.style.cssText) {
      td.style.cssText = now.style.cssText;
    }
    if ("guess" in now.dataset) {
      td.dataset.guess = "";
    } else {
      delete td.dataset.guess;
    }
  }

  /** The words around the grids, and the room that the numbers and the formula have. */
  #rewrite(box) {
    const told = find(box, WORDS);
    for (const [n, e] of find(this.frame, WORDS).entries()) {
      if (e.innerHTML !== told[n].innerHTML) {
        e.innerHTML = told[n].innerHTML;
      }
    }
    const wide = find(box, "col");
    for (const [n, { style }] of find(this.frame, "col").entries()) {
      if (style.width !== wide[n].style.width) {
        style.width = wide[n].style.width;
      }
    }
    this.part.formula.style.minHeight = box.querySelector("[data-part=formula]").style.minHeight;
  }
}

/** May a number be typed into this place? */
export function typable(td) {
  return isGuess(td) || "edit" in td.closest("[data-grid]").dataset;
}

/** Does this place wait for a guess? */
export function isGuess(td) {
  return "guess" in td.dataset;
}

/** What one arrow key adds to the number in this place. */
export function stepOf(td) {
  return Number(td.closest("[data-grid]").dataset.step ?? 1);
}
