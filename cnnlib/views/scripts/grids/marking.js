import { knownOfGrids } from "./knowing.js";
import { gridOf } from "./scene.js";

const OPEN = "Play waits here: a question is open. Answer it, or press Show.";
const FIRST = "The cells come first: space or a click marks one, Enter checks.";

/**
 * The first question about a hidden number: which cells take part? The reader marks them; whether
 * they are the right ones Python says, or the book that it has stored.
 */
export class Marking {
  #before = "";

  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
    view.knows = (book, wish) => knownOfGrids(book, view.scene, wish);
  }

  /** What is asked about the picked cell: "cells", "number" or "". */
  get asks() {
    const { scene, state } = this.view;
    return scene.links.stories[state.pick].asks ?? "";
  }

  /** Why a play goes no further, or "". */
  get waits() {
    return this.asks && OPEN;
  }

  /**
   * Show what is asked. Where that takes away a button that has the focus, or the cells are found
   * by somebody who was among them, the focus goes to the cell that is asked about.
   * @param {import("./look.js").Look} look
   */
  show({ asks, pick }) {
    const { bar, board, root } = this.view;
    const lost = bar.showQuestion(asks);
    const found = this.#before === `cells ${pick}` && asks === "number";
    this.#before = `${asks} ${pick}`;
    root.classList.toggle("lk-asks", asks !== "");
    if (lost || (found && root.contains(document.activeElement))) {
      board.at(pick)[0]?.focus({ preventScroll: true });
    }
  }

  /** Can this cell be marked now? */
  takes(key) {
    return this.asks === "cells" && gridOf(key) === this.view.scene.source;
  }

  /** Is this the cell whose number is asked for now? */
  wants(key) {
    return this.asks === "number" && key === this.view.state.pick;
  }

  /** Mark a cell as one that takes part, or take the mark away. */
  toggle(key) {
    const { marked } = this.view.state;
    const rest = marked.filter((other) => other !== key);
    const now = rest.length < marked.length ? rest : [...marked, key];
    this.view.change({ marked: now, hover: { cell: key }, answer: "" });
  }

  /**
   * Something was typed where no number goes.
   * @returns {boolean} are cells asked for, so that this is said?
   */
  remind() {
    const asked = this.asks === "cells";
    if (asked) {
      this.view.change({ answer: FIRST });
    }
    return asked;
  }

  /** Let Python judge the cells that are marked. */
  check() {
    const { pick, marked } = this.view.state;
    this.view.ask({ do: "guess_cells", cell: pick, cells: marked });
  }
}
