import { make } from "../shared/dom.js";
import { isGuess, stepOf } from "./board.js";
import { label } from "./scene.js";

const BY = { ArrowUp: 1, ArrowDown: -1 };

/** One number that is being typed. The text goes to Python; what it is worth Python says. */
export class Editing {
  /** @type {HTMLInputElement | null} */
  #input = null;
  /** @type {HTMLElement | null} the place that is typed into */
  #td = null;
  #plain = "";

  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
    view.life.listen(view.root, "focusout", ({ target }) => {
      if (target === this.#input) {
        this.close(!view.updating); // a new page takes the field away; a reader means the number
      }
    });
  }

  /**
   * Type into a place: with `text` as its first letter, or with its number selected. Where no
   * Python is, that is said before anything is typed.
   * @param {HTMLElement} td
   * @param {string} [text]
   */
  open(td, text) {
    this.close(false);
    if (this.view.asking.away && !isGuess(td)) {
      this.view.ask({ do: "edit", cell: td.dataset.cell, text: text ?? td.plain });
      return;
    }
    if (isGuess(td)) {
      this.view.select(td.dataset.cell); // a guess is made in the cell's own story
    }
    this.#td = td;
    this.#plain = td.plain;
    this.#input = make("input", {
      className: "lk-edit",
      value: text ?? (isGuess(td) ? "" : td.plain),
      inputMode: "text", // an iPhone's keys for decimals have no minus
      autocomplete: "off",
    });
    this.#input.setAttribute("aria-label", `${label(td.dataset.cell)}, new number`);
    td.append(this.#input);
    this.#input.focus({ preventScroll: true });
    if (text === undefined) {
      this.#input.select();
    }
  }

  /**
   * @param {boolean} keep       is the number sent?
   * @param {boolean} [refocus]  does the focus go back to the place?
   */
  close(keep, refocus = false) {
    if (!this.#input) {
      return;
    }
    const input = this.#input;
    const td = this.#td;
    this.#input = null;
    if (refocus) {
      td.focus({ preventScroll: true });
    }
    input.remove();
    const text = input.value.trim();
    if (keep && text && text !== td.plain) {
      this.view.ask({ do: isGuess(td) ? "guess" : "edit", cell: td.dataset.cell, text });
    }
  }

  /** A new scene came: its number is the one to type over, if its place is still there. */
  refresh() {
    if (this.#td && !this.#td.isConnected) {
      this.close(false);
    } else if (this.#input && this.#plain !== this.#td.plain) {
      this.#plain = this.#td.plain;
      this.#input.value = this.#plain;
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} was the key used?
   */
  key({ key }) {
    if (key in BY && !isGuess(this.#td)) {
      const text = this.#input.value;
      const by = BY[key] * stepOf(this.#td);
      this.view.ask({ do: "edit", cell: this.#td.dataset.cell, text, by });
      return true;
    }
    if (key === "Enter" || key === "Escape") {
      this.close(key === "Enter", true);
      return true;
    }
    return false;
  }
}
