/** An answer that cannot be compared; the message says why. */
export class Refused extends Error {}

/**
 * Numbers in rows, as NumPy has them; truth: it is one truth value.
 * @typedef {object} Numbers
 * @property {number[]} shape
 * @property {number[]} data  in reading order
 * @property {boolean} truth
 */

/**
 * The numbers of a value that was typed or comes from the keys. Throws Refused where it has none.
 * @param {any} value
 * @returns {Numbers}
 */
export function arrayOf(value) {
  const found = stacked(value);
  if (found) {
    return found;
  }
  if (Array.isArray(value)) {
    throw new Refused("the rows have different lengths, or hold something that is no number");
  }
  throw new Refused(`that is ${kindOf(value)}, wanted numbers`);
}

/** The numbers of a value; undefined where something is no number or rows differ in length. */
function stacked(value) {
  if (Array.isArray(value)) {
    const parts = value.map(stacked);
    const shape = parts[0]?.shape ?? [];
    if (!parts.every((part) => part && sameShape(part.shape, shape))) {
      return undefined;
    }
    const data = parts.flatMap((part) => part.data);
    return { shape: [parts.length, ...shape], data, truth: false };
  }
  const known = ["number", "boolean"].includes(typeof value);
  if (known || (typeof value === "bigint" && Number.isFinite(Number(value)))) {
    return { shape: [], data: [Number(value)], truth: typeof value === "boolean" };
  }
  return undefined;
}

/**
 * What a value is, in words that Python has for it.
 * @param {any} value
 * @returns {string}
 */
export function kindOf(value) {
  if (value === null || typeof value === "string") {
    return value === null ? "None" : "text";
  }
  const types = { bigint: "int", number: "float", boolean: "bool" };
  return `of type ${types[typeof value] ?? collection(value)}`;
}

function collection(value) {
  if (value instanceof Set) {
    return "set";
  }
  return value.constructor === Array ? "list" : "tuple";
}

export function sameShape(a, b) {
  return a.length === b.length && a.every((n, k) => n === b[k]);
}

/** A shape, or an order of axes, as Python writes it: (), (3,), (2, 3). */
export function tupleText(numbers) {
  return numbers.length === 1 ? `(${numbers[0]},)` : `(${numbers.join(", ")})`;
}

/** The same shape with each number, and its place in the row of all, put through a function. */
export function mapped(a, change) {
  return { ...a, data: a.data.map(change) };
}

/** The place of each axis of a number in the row of all: [row, column]. */
export function placeOf(at, shape) {
  const place = [];
  let rest = at;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
}

function at(place, shape) {
  return place.reduce((sum, n, k) => sum * shape[k] + n, 0);
}

/**
 * The axes in another order, as np.transpose does it.
 * @param {Numbers} a
 * @param {number[]} order
 * @returns {Numbers}
 */
export function transposed(a, order) {
  const shape = order.map((axis) => a.shape[axis]);
  const data = a.data.map((_, n) => {
    const place = placeOf(n, shape);
    const from = order.map((_axis, k) => place[order.indexOf(k)]);
    return a.data[at(from, a.shape)];
  });
  return { ...a, shape, data };
}

/** The last two axes in reverse order: turned by 180 degrees. */
export function flipped(a) {
  const data = a.data.map((_, n) => {
    const place = placeOf(n, a.shape);
    const from = place.map((p, k) => (k >= place.length - 2 ? a.shape[k] - 1 - p : p));
    return a.data[at(from, a.shape)];
  });
  return { ...a, data };
}

/** All orders of the numbers 0 to n - 1, as itertools.permutations has them. */
export function orders(n, chosen = []) {
  if (chosen.length === n) {
    return [chosen];
  }
  const left = [...Array(n).keys()].filter((k) => !chosen.includes(k));
  return left.flatMap((k) => orders(n, [...chosen, k]));
}

/** The largest size of a number; 0 for none. */
export function largest(a) {
  return a.data.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
}
