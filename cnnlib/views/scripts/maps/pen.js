import { cellUnder } from "./sheets.js";

/** The drawing pad: the cells under the pen go to Python, and ink comes back. */
export class Pen {
  /** The line that is being drawn. */
  #stroke = null;

  /** @param {import("./main.js").Maps} view */
  constructor(view) {
    this.view = view;
    view.life.listen(view.root, "pointerdown", (event) => this.#down(event));
    view.life.listen(view.root, "pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      view.life.listen(view.root, name, (event) => this.#up(event));
    }
  }

  /** Is a line being drawn by a pointer? */
  get drawing() {
    return this.#stroke !== null;
  }

  /** By keys: the pen goes down where it stands, or up. */
  toggle([, row, column]) {
    const penDown = !this.view.state.penDown && !this.view.asking.away;
    this.view.change({ penDown });
    if (penDown || this.view.asking.away) {
      this.view.ask({ do: "draw", cells: [[row, column]], go: false });
    }
  }

  /** By keys: the pen moved to a cell. */
  moveTo([, row, column]) {
    if (this.view.state.penDown) {
      this.view.ask({ do: "draw", cells: [[row, column]], go: true });
    }
  }

  /**
   * Only the main button, a finger or a stylus draws, and only one of them at a time; nothing does
   * where no Python takes the ink.
   */
  #down(event) {
    const sheet = this.view.sheets.under(event);
    const { away } = this.view.asking;
    if (!sheet?.stack.pad || event.button !== 0 || this.#stroke || away) {
      return;
    }
    event.preventDefault();
    sheet.canvas.setPointerCapture(event.pointerId);
    this.#stroke = { sheet, pointer: event.pointerId, cells: [], last: "", begun: false };
    sheet.canvas.focus({ preventScroll: true });
    this.view.change({ hover: null });
    this.#draw(cellUnder(sheet, event));
  }

  #move(event) {
    if (this.#stroke?.pointer === event.pointerId) {
      this.#draw(cellUnder(this.#stroke.sheet, event));
    }
  }

  #up(event) {
    if (this.#stroke?.pointer === event.pointerId) {
      this.#send();
      this.#stroke = null;
    }
  }

  #draw(cell) {
    const stroke = this.#stroke;
    if (!cell || stroke.last === String(cell)) {
      return;
    }
    const [, row, column] = cell;
    stroke.last = String(cell);
    stroke.cells.push([row, column]);
    stroke.sheet.ink.fillStyle = "#fff";
    stroke.sheet.ink.fillRect(column - 1, row - 1, 3, 3); // until Python's ink comes
    this.view.setCursor(stroke.sheet.name, cell);
    if (!this.view.life.runs("ink")) {
      this.view.life.frame("ink", () => this.#send());
    }
  }

  /** The cells of one frame travel together. */
  #send() {
    const { cells, begun } = this.#stroke;
    this.view.life.drop("ink");
    if (cells.length) {
      this.view.ask({ do: "draw", cells, go: begun });
      this.#stroke.cells = [];
      this.#stroke.begun = true;
    }
  }
}
