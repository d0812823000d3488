import { numberText } from "../shared/numbers.js";

/**
 * Where the maps of one stack lie, as Python's maps.layout says: `count` maps of `height` times
 * `width` cells, `across` of them in a row of the picture, which is `rows` times `columns` pixels
 * with a gap of one between maps. windows: for other stacks [first, count] of the cells that meet
 * each row and each column.
 * @typedef {object} Stack
 * @property {string} label
 * @property {number} count
 * @property {number} height
 * @property {number} width
 * @property {number} rows
 * @property {number} columns
 * @property {number} across
 * @property {number} zoom   pixels of the screen for one pixel across
 * @property {number} tall   and down
 * @property {string} kind   of its colours
 * @property {string[]} names  the leading indices of each map
 * @property {boolean} pad   is it drawn on?
 * @property {Object<string, [number[][], number[][]]>} windows
 * @property {boolean} same  do windows lie in the map of the same number only?
 * @property {[number[][], number[][]] | null} around  what is outlined around each row and column
 * @property {number} zero   the palette index of 0
 * @property {number} place  where its numbers start among those of all stacks
 * @property {number[]} shows  which of the maps that are kept each step shows, -1: nothing is
 *   known; then the last one
 */

/**
 * A cell of a stack: [map, row, column].
 * @typedef {[number, number, number]} Cell
 */

/**
 * "out:0:3,2,5" -> ["out:0", "3,2,5"]: the stack (or the control) and the place in it.
 * @param {string} key
 */
export function apart(key) {
  const cut = key.lastIndexOf(":");
  return [key.slice(0, cut), key.slice(cut + 1)];
}

/**
 * The stack and the cell that a key names; null where there is none (any more).
 * @param {Object<string, Stack>} stacks
 * @param {string} key
 * @returns {{name: string, stack: Stack, cell: Cell} | null}
 */
export function cellOf(stacks, key) {
  const [name, index] = apart(key);
  const stack = stacks[name];
  const cell = index.split(",").map(Number);
  const inside = stack && size(stack).every((n, axis) => cell[axis] >= 0 && cell[axis] < n);
  return inside ? { name, stack, cell } : null;
}

/** How many maps, rows and columns a stack has. */
export function size({ count, height, width }) {
  return [count, height, width];
}

/**
 * The cell at a pixel of the stack's picture; null on a gap and outside.
 * @param {Stack} stack
 * @param {number} x
 * @param {number} y
 * @returns {Cell | null}
 */
export function cellAt(stack, x, y) {
  if (x < 0 || y < 0 || x >= stack.columns || y >= stack.rows) {
    return null;
  }
  const row = Math.floor(y / (stack.height + 1));
  const column = Math.floor(x / (stack.width + 1));
  const cell = [row * stack.across + column, y % (stack.height + 1), x % (stack.width + 1)];
  return size(stack).every((n, axis) => cell[axis] < n) ? cell : null;
}

/**
 * Where a cell lies in the stack's picture.
 * @param {Stack} stack
 * @param {Cell} cell
 * @returns {{x: number, y: number}} in pixels of the picture
 */
export function pixelOf(stack, [map, row, column]) {
  return {
    x: (map % stack.across) * (stack.width + 1) + column,
    y: Math.floor(map / stack.across) * (stack.height + 1) + row,
  };
}

/** Where the number of a cell lies at a step; -1 where nothing is known. */
function placeAt({ shows, place, count, height, width }, [map, row, column], at) {
  const shown = shows[Math.min(at, shows.length - 1)];
  const line = (shown * count + map) * height + row;
  return shown < 0 ? -1 : place + line * width + column;
}

/** The bytes of a value that came from Python, or from a static page. */
function bytes(value) {
  return new Uint8Array(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength);
}

/** How many bits of some bytes are set. */
function bitsOf(some) {
  let count = 0;
  for (const byte of some) {
    for (let rest = byte; rest; rest &= rest - 1) {
      count++;
    }
  }
  return count;
}

/** Do the parts belong together? A kernel that is shut down may send a message in pieces. */
export function whole([, filled, pixels, floats]) {
  const count = bitsOf(bytes(filled));
  return pixels.byteLength === count && floats.byteLength === 4 * count;
}

/** What Python recorded: the layout of the stacks, and all pictures and numbers of every step. */
export class Recorded {
  /** @param {[object, any, any, any]} sent  the model's page, filled, pixels and floats */
  constructor(sent) {
    const [page, filled, pixels, floats] = sent;
    this.sent = sent;
    this.page = page;
    this.stacks = JSON.parse(page.stacks);
    this.#unpack(bytes(filled), bytes(pixels), bytes(floats));
    /** @type {Object<string, Uint32Array>} the colour of each palette index, for each kind */
    this.tables = {};
    for (const [kind, table] of Object.entries(this.page.tables)) {
      this.tables[kind] = new Uint32Array(bytes(table).slice().buffer);
    }
  }

  /** Python's maps.pack leaves zeros out: put each number and its palette index in its place. */
  #unpack(filled, pixels, floats) {
    const sent = new DataView(floats.buffer, floats.byteOffset, floats.byteLength);
    const all = 8 * filled.length;
    this.numbers = new Float32Array(all);
    this.indices = new Uint8Array(all);
    const stacks = Object.values(this.stacks);
    for (const { place, zero } of stacks.sort((a, b) => a.place - b.place)) {
      this.indices.fill(zero, place);
    }
    let next = 0;
    for (let place = 0; place < all; place++) {
      if (filled[place >> 3] & (128 >> (place & 7))) {
        this.indices[place] = pixels[next];
        this.numbers[place] = sent.getFloat32(4 * next, true);
        next++;
      }
    }
  }

  /** The palette indices of a stack's picture at a step: 0 in gaps, and of what is not known. */
  picture(stack, at) {
    const { count, height, width, columns } = stack;
    const picture = new Uint8Array(stack.rows * columns);
    for (let map = 0; map < count; map++) {
      for (let row = 0; row < height; row++) {
        const from = placeAt(stack, [map, row, 0], at);
        if (from >= 0) {
          const { x, y } = pixelOf(stack, [map, row, 0]);
          picture.set(this.indices.subarray(from, from + width), y * columns + x);
        }
      }
    }
    return picture;
  }

  /**
   * The number of a cell at a step, with its name: net[3, 5] = 0.25.
   * @param {Stack} stack
   * @param {Cell} cell
   * @param {number} at
   */
  text(stack, cell, at) {
    const [map, row, column] = cell;
    const number = this.numbers[placeAt(stack, cell, at)] ?? Number.NaN;
    const value = Number.isNaN(number) ? "not known yet" : numberText(number);
    const index = stack.height > 1 ? `${row}, ${column}` : column;
    return `${stack.label}[${stack.names[map]}${index}] = ${value}`;
  }
}
