import { find, make, near } from "../shared/dom.js";
import { cellAt, pixelOf } from "./stacks.js";

/**
 * One stack on the page: its canvas, and the marks above it.
 * @typedef {object} Sheet
 * @property {string} name
 * @property {import("./stacks.js").Stack} stack
 * @property {HTMLElement} box
 * @property {HTMLCanvasElement} canvas
 * @property {CanvasRenderingContext2D} ink
 * @property {ImageData} image
 * @property {Map<string, HTMLElement>} marks  by their kind
 */

/** The pictures of all stacks. */
export class Sheets {
  /** @type {Map<string, Sheet>} */
  #sheets = new Map();

  /** @param {string} name */
  get(name) {
    return this.#sheets.get(name);
  }

  /** The page was made anew: take its canvases. */
  gather(frame, stacks) {
    this.#sheets.clear();
    for (const box of find(frame, "[data-sheet]")) {
      const name = box.dataset.sheet;
      const stack = stacks[name];
      const canvas = box.firstChild;
      const ink = canvas.getContext("2d");
      canvas.style.width = scaled(stack.columns * stack.zoom);
      canvas.style.height = scaled(stack.rows * stack.tall);
      const image = ink.createImageData(stack.columns, stack.rows);
      this.#sheets.set(name, { name, stack, box, canvas, ink, image, marks: new Map() });
    }
  }

  /**
   * Paint one step: a palette index has its colour, and where nothing is known there is none.
   * @param {import("./stacks.js").Recorded} recorded
   * @param {number} at
   */
  paint(recorded, at) {
    for (const sheet of this.#sheets.values()) {
      sheet.stack = recorded.stacks[sheet.name];
      const colours = new Uint32Array(sheet.image.data.buffer);
      const table = recorded.tables[sheet.stack.kind];
      const picture = recorded.picture(sheet.stack, at);
      for (let n = 0; n < colours.length; n++) {
        colours[n] = table[picture[n]];
      }
      sheet.ink.putImageData(sheet.image, 0, 0);
      sheet.box.classList.toggle("mp-unknown", picture[0] === 0);
    }
  }

  /**
   * Mark these rectangles of cells, and no others.
   * @param {import("./look.js").Mark[]} marks
   */
  mark(marks) {
    const unused = new Set();
    for (const sheet of this.#sheets.values()) {
      for (const element of sheet.marks.values()) {
        unused.add(element);
      }
    }
    for (const mark of marks) {
      const sheet = this.#sheets.get(mark.name);
      if (sheet) {
        unused.delete(place(sheet, mark));
      }
    }
    for (const element of unused) {
      element.hidden = true;
    }
  }

  /** The sheet that an event is about, if any. */
  under(event) {
    return this.#sheets.get(near(event, "[data-sheet]")?.dataset.sheet);
  }
}

/**
 * The cell of a sheet under the pointer; null on a gap.
 * @param {Sheet} sheet
 * @param {PointerEvent} event
 */
export function cellUnder({ canvas, stack }, event) {
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * stack.columns);
  const y = Math.floor(((event.clientY - box.top) / box.height) * stack.rows);
  return cellAt(stack, x, y);
}

/** Put one mark in its place. */
function place({ stack, box, marks }, { kind, cell, rows, columns }) {
  if (!marks.has(kind)) {
    const element = make("i", { className: kind === "around" ? "mp-mark mp-around" : "mp-mark" });
    marks.set(kind, element);
    box.append(element);
  }
  const element = marks.get(kind);
  const { x, y } = pixelOf(stack, cell);
  element.style.left = scaled(x * stack.zoom);
  element.style.top = scaled(y * stack.tall);
  element.style.width = scaled(columns * stack.zoom);
  element.style.height = scaled(rows * stack.tall);
  element.hidden = false;
  return element;
}

/** A length that grows with the type. */
function scaled(pixels) {
  return `calc(${pixels}px * var(--k, 1))`;
}
