import { near } from "../shared/dom.js";
import { cellUnder } from "./sheets.js";

/** What the pointer and the focus do to an explorer of maps. */
export class MapHands {
  /** @param {import("./main.js").Maps} view */
  constructor(view) {
    this.view = view;
    const hear = {
      pointermove: (event) => this.#point(event),
      pointerleave: () => this.view.lookAt(null),
      click: (event) => this.#click(event),
      focusin: (event) => this.#focus(event),
    };
    for (const [name, act] of Object.entries(hear)) {
      view.life.listen(view.root, name, act);
    }
  }

  #point(event) {
    if (this.view.pen.drawing) {
      return;
    }
    const sheet = this.view.sheets.under(event);
    const cell = sheet ? cellUnder(sheet, event) : null;
    const term = near(event, "[data-cells]");
    if (cell) {
      this.view.lookAt({ cell: `${sheet.name}:${cell}`, x: event.clientX, y: event.clientY });
    } else {
      this.view.lookAt(term ? { term: term.dataset.cells } : null);
    }
  }

  #click(event) {
    const sheet = this.view.sheets.under(event);
    const cell = sheet && !sheet.stack.pad ? cellUnder(sheet, event) : null;
    if (cell) {
      this.view.choose(sheet.name, cell);
    }
  }

  #focus(event) {
    if (this.view.updating || this.view.pressing) {
      return;
    }
    const sheet = this.view.sheets.under(event);
    const { do: name, at } = event.target.dataset;
    if (sheet) {
      this.view.choose(sheet.name, this.view.cursor(sheet));
    } else {
      this.view.focusOn(at ? { entry: `${name}:${at}` } : null);
    }
  }
}
