import { near } from "../shared/dom.js";
import { typable } from "./board.js";

/** What the pointer and the focus do to an explorer on grids. */
export class Hands {
  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
    const hear = {
      pointerenter: () => this.#meet(),
      pointerover: (event) => this.#point(event),
      pointerleave: () => view.lookAt(null),
      click: (event) => this.#click(event),
      dblclick: (event) => this.#doubleClick(event),
      focusin: (event) => this.#focus(event),
    };
    for (const [name, act] of Object.entries(hear)) {
      view.life.listen(view.root, name, act);
    }
  }

  /** A reader is here: what moves once, moves now. */
  #meet() {
    this.view.root.classList.add("lk-met");
  }

  #point(event) {
    const td = near(event, "[data-cell]");
    if (td && !this.view.state.playing) {
      this.view.pass(td.dataset.cell);
    } else {
      this.view.lookAt(target(event));
    }
  }

  #click(event) {
    const td = cellOf(event);
    if (!td) {
      return;
    }
    this.view.player.stop();
    if (this.view.marking.wants(td.dataset.cell)) {
      this.view.editing.open(td); // a finger has no keys to type with before the field is there
      return;
    }
    this.view.choose(td.dataset.cell);
    this.view.arranging.tellUnder(td);
  }

  #doubleClick(event) {
    const td = cellOf(event);
    if (td && typable(td) && !this.view.marking.takes(td.dataset.cell)) {
      this.view.editing.open(td);
    }
  }

  #focus(event) {
    this.#meet();
    if (near(event, "input")) {
      return;
    }
    const td = near(event, "[data-cell]");
    if (!td) {
      this.view.focusOn(target(event));
      return;
    }
    this.view.board.openDoor(td);
    if (!this.view.pressing) {
      this.view.player.stop();
      this.view.visit(td.dataset.cell);
      if (this.view.arranging.byKeys(td)) {
        this.view.arranging.tellUnder(td); // a finger clicks, too
      }
    }
  }
}

/** The place under the pointer, unless it is being typed into. */
function cellOf(event) {
  return near(event, "input") ? null : near(event, "[data-cell]");
}

/** What the pointer or the focus is on: a cell, a term of the formula, or nothing. */
function target(event) {
  const td = near(event, "[data-cell]");
  const term = near(event, "[data-term]");
  if (td) {
    return { cell: td.dataset.cell };
  }
  return term ? { term: Number(term.dataset.term) } : null;
}
