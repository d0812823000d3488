import { find, near } from "../shared/dom.js";
import { foreign, moved } from "../shared/keyboard.js";
import { plain } from "../shared/numbers.js";
import { isGuess, typable } from "./board.js";
import { reachable } from "./paint.js";

const STARTS = /^[-+.,\d]$/; // what a number may start with, in plain characters

/** What the keys do to an explorer on grids. */
export class GridKeys {
  /** @type {HTMLElement | null} the place that the focus is on its way to */
  #going = null;

  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} was the key used?
   */
  press(event) {
    if (foreign(event)) {
      return false;
    }
    if (near(event, ".lk-edit")) {
      return this.view.editing.key(event);
    }
    if (event.key === "Escape") {
      return this.view.letGo();
    }
    const term = near(event, "[data-term]");
    if (term) {
      return this.#walkTerms(event, term);
    }
    const td = this.#going ?? near(event, "[data-cell]");
    return td !== null && (this.#walkCells(event, td) || this.#use(event, td));
  }

  #walkTerms(event, term) {
    const terms = find(this.view.board.part.formula, "[data-term]");
    const to = moved(event, [0, 0, terms.indexOf(term)], [1, 1, terms.length]);
    if (!to) {
      return false;
    }
    const next = terms[to[2]];
    reachable(term, false);
    reachable(next, true);
    next.focus();
    return true;
  }

  #walkCells(event, td) {
    const { rows } = td.closest("tbody");
    const row = td.parentNode;
    const head = row.cells.length - row.querySelectorAll("[data-cell]").length;
    const place = [0, row.sectionRowIndex, td.cellIndex - head];
    const to = moved(event, place, [1, rows.length, row.cells.length - head]);
    if (!to) {
      return false;
    }
    const next = rows[to[1]].cells[to[2] + head];
    this.view.player.stop();
    this.view.visit(next.dataset.cell);
    this.#go(document.activeElement, next);
    return true;
  }

  /**
   * focus() costs about 9 ms in JupyterLab (its :focus-within rules): it follows a frame on, where
   * the focus has not gone elsewhere by then, as by Escape or Tab.
   */
  #go(from, td) {
    this.#going = td;
    this.view.life.frame("focus", () => {
      this.#going = null;
      if (from === document.activeElement) {
        td.focus();
      }
    });
  }

  #use({ key }, td) {
    const { view } = this;
    const cell = td.dataset.cell;
    if (key === "Enter" && view.marking.takes(cell)) {
      view.marking.check();
      return true;
    }
    if (key === "Enter" || key === " ") {
      if (view.marking.takes(cell) || (view.tells(cell) && !isGuess(td))) {
        view.choose(cell);
      } else if (typable(td)) {
        view.editing.open(td);
      }
      return true;
    }
    const types = key === "F2" || STARTS.test(plain(key));
    if (types && typable(td) && !view.marking.takes(cell)) {
      view.editing.open(td, key === "F2" ? undefined : key);
      return true;
    }
    return key.length === 1 && view.marking.remind();
  }
}
