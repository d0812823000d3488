import { write, writeHtml } from "../shared/dom.js";
import { Marks } from "../shared/marks.js";
import { SlidingWindows } from "./window.js";

const READ = ["lk-1", "lk-seen"]; // how the cells are lit that a step reads

/** Puts a look on the page; what is there already is not touched. */
export class GridPainter {
  #marks = new Marks();
  windows = new SlidingWindows();
  /** @type {Map<HTMLElement, string>} place -> the small text below its number */
  #badges = new Map();
  /** @type {Map<HTMLElement, string>} place -> what it shows in place of its number */
  #texts = new Map();
  /** @type {HTMLElement[]} */
  #selected = [];
  /** @type {HTMLElement[]} */
  #busy = [];

  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.board = board;
  }

  /**
   * @param {import("./look.js").Look} look
   * @param {string[][]} terms
   */
  paint(look, terms) {
    const { part } = this.board;
    if (writeHtml(part.formula, look.story.formula)) {
      reachable(part.formula.querySelector("[data-term]"), true);
    }
    write(part.say, look.say);
    for (const [n, line] of [...part.code.children].entries()) {
      line.classList.toggle("lk-line", n === look.story.line);
    }
    this.#marks.wear(this.#wanted(look));
    this.windows.show(this.#read(look));
    this.#paintBadges(look.story, terms);
    this.#paintTexts(look.story.show ?? {});
    this.#select(this.board.at(look.pick));
    this.#paintBusy(look.busy.flatMap((key) => this.board.at(key)));
  }

  /** The places that the step reads, in grids of sources. */
  #read({ lit }) {
    const keys = [...lit].filter(([, names]) => READ.some((name) => names.has(name)));
    const places = keys.flatMap(([key]) => this.board.at(key));
    return places.filter((td) => td.closest("[data-grid]").dataset.role === "1");
  }

  /** Every place and every term of the formula that is lit -> its class names. */
  #wanted({ lit, pointed }) {
    const wanted = new Map();
    for (const [key, names] of lit) {
      for (const td of this.board.at(key)) {
        wanted.set(td, names);
      }
    }
    for (const id of pointed) {
      const span = this.board.part.formula.querySelector(`[data-term="${id}"]`);
      if (span) {
        wanted.set(span, new Set(["lk-on"]));
      }
    }
    return wanted;
  }

  #paintBadges(story, terms) {
    const laid = Object.entries(story.laid ?? {});
    const wanted = new Map(
      laid.flatMap(([key, text]) => this.board.at(key).map((td) => [td, text])),
    );
    if (story.badge) {
      const [column, texts] = story.badge;
      for (const [n, id] of story.terms.entries()) {
        for (const td of this.board.at(terms[id][column])) {
          wanted.set(td, texts[n]);
        }
      }
    }
    for (const td of this.#badges.keys()) {
      if (!wanted.has(td)) {
        delete td.dataset.badge;
      }
    }
    for (const [td, text] of wanted) {
      if (td.dataset.badge !== text) {
        td.dataset.badge = text;
      }
    }
    this.#badges = wanted;
  }

  #paintTexts(show) {
    const wanted = new Map();
    for (const [grid, texts] of Object.entries(show)) {
      for (const [n, td] of this.board.inGrid(grid).entries()) {
        wanted.set(td, texts[n]);
      }
    }
    for (const td of this.#texts.keys()) {
      if (!wanted.has(td)) {
        td.firstChild.data = td.plain;
      }
    }
    for (const [td, text] of wanted) {
      if (td.firstChild.data !== text) {
        td.firstChild.data = text;
      }
    }
    this.#texts = wanted;
  }

  #paintBusy(places) {
    for (const td of this.#busy) {
      td.removeAttribute("aria-busy");
    }
    for (const td of places) {
      td.setAttribute("aria-busy", "true");
    }
    this.#busy = places;
  }

  /** The picked cell is selected, and Tab leads to it in grids that have no focus. */
  #select(places) {
    for (const td of this.#selected) {
      if (!places.includes(td)) {
        td.removeAttribute("aria-selected");
      }
    }
    for (const td of places) {
      td.setAttribute("aria-selected", "true");
      if (!td.closest("table").contains(document.activeElement)) {
        this.board.openDoor(td);
      }
    }
    this.#selected = places;
  }
}

/**
 * A term of the formula can be reached by keyboard: by Tab, or only by the arrows.
 * @param {HTMLElement | null} term
 * @param {boolean} byTab
 */
export function reachable(term, byTab) {
  if (term) {
    term.tabIndex = byTab ? 0 : -1;
    term.setAttribute("role", "button");
  }
}
