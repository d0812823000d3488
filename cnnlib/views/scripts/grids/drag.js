import { near } from "../shared/dom.js";
import { stepOf } from "./board.js";

const PIXELS = 6; // of the pointer, for one step of the number

/**
 * A number that is dragged up or down, where Python gave its grid a step. How far the hand went is
 * sent in steps; what the number becomes Python says, one wish at a time.
 */
export class Drag {
  /** @type {{id: number, y: number, cell: string, text: string, step: number} | null} */
  #from = null;
  #steps = 0;
  /** @type {object | null} the wish that comes next */
  #next = null;

  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
    view.life.listen(view.root, "pointerdown", (event) => this.#press(event));
    view.life.listen(view.root, "pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      view.life.listen(view.root, end, () => this.#letGo());
    }
  }

  #press(event) {
    const td = near(event, "[data-step] [data-cell]");
    if (!td || near(event, "input") || event.button !== 0) {
      return;
    }
    const { cell } = td.dataset;
    this.#steps = 0;
    this.#from = {
      id: event.pointerId,
      y: event.clientY,
      cell,
      text: td.plain,
      step: stepOf(td),
    };
  }

  #move({ pointerId, clientY }) {
    if (pointerId !== this.#from?.id) {
      return;
    }
    const { cell, text, step, y } = this.#from;
    const steps = Math.trunc((y - clientY) / PIXELS);
    if (steps === this.#steps) {
      return;
    }
    this.#steps = steps;
    this.#take(pointerId, cell);
    this.#next = { do: "edit", cell, text, by: steps * step };
    this.view.life.frame("drag", () => this.#send());
  }

  /** The pointer drags, and is no click: the root has it until it is let go. */
  #take(pointerId, cell) {
    const { root, player } = this.view;
    if (!root.hasPointerCapture(pointerId)) {
      root.setPointerCapture(pointerId);
      player.stop();
      this.view.select(cell);
    }
  }

  /** The last wish goes to Python as soon as it has answered the one before. */
  #send() {
    if (this.view.state.waiting.length) {
      this.view.life.frame("drag", () => this.#send());
    } else {
      this.view.ask(this.#next);
    }
  }

  #letGo() {
    this.#from = null;
  }
}
