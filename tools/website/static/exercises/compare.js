import { exponential, read } from "../../../../cnnlib/views/scripts/shared/numbers.js";
import { arrayOf, kindOf, largest, Refused, sameShape } from "./arrays.js";
import { digitsOf } from "./numbers.js";
import { Tuple } from "./typed.js";

const THOUSANDS = /^-?[1-9]\d{0,2}(,\d{3})+$/;
const LEAST_DIGITS = 3; // of a number that is taken as a printed one
const NAMES = { inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY, nan: Number.NaN };

/**
 * The results in a value of the keys: words, or arrays of numbers.
 * @param {object} exercise
 * @param {any} value  as JSON holds it
 * @returns {(string | import("./arrays.js").Numbers)[]}
 */
export function kept(exercise, value) {
  if (exercise.kind === "word") {
    return [value];
  }
  const results = exercise.kind === "several" ? value : [value];
  return results.map((one) => arrayOf(finite(one)));
}

function finite(value) {
  return Array.isArray(value) ? value.map(finite) : (NAMES[value] ?? value);
}

/**
 * The results in an answer. Where it can be read in several ways, the right one counts. Throws
 * Refused for an answer of another kind than is wanted.
 * @param {object} exercise
 * @param {any} answer
 * @param {any[]} right
 * @returns {any[]}
 */
export function outcome(exercise, answer, right) {
  const value = exercise.kind === "set" ? rising(answer) : answer;
  if (typeof right[0] === "string" || right[0].truth) {
    return resultsOf(value, right);
  }
  const single = right.length === 1 && !right[0].shape.length;
  const tried = [...readings(value, single)].map((reading) => attempt(reading, right));
  const found = tried.filter((one) => !(one instanceof Refused));
  if (!found.length) {
    throw tried[0];
  }
  const near = (one) => same(one, right, exercise.tolerance) || asPrinted(one, right);
  return found.find(near) ?? found[0];
}

function attempt(reading, right) {
  try {
    return resultsOf(reading, right);
  } catch (error) {
    if (error instanceof Refused) {
      return error;
    }
    throw error;
  }
}

/** Numbers in rising order, or texts; what has no order stays. */
function rising(answer) {
  const parts = answer instanceof Set || Array.isArray(answer) ? [...answer] : [];
  if (parts.length && parts.every((part) => typeof part === "string")) {
    return parts.sort();
  }
  const numbers = parts.every((part) => ["bigint", "number", "boolean"].includes(typeof part));
  return parts.length && numbers ? parts.sort((a, b) => Number(a) - Number(b)) : answer;
}

/** The ways to read a value in which numbers may be typed as texts; see compare.py. */
function* readings(value, single) {
  if (!single) {
    yield asRead(value);
    return;
  }
  const parts = value instanceof Set || Array.isArray(value) ? [...value] : [];
  if (parts.length === 1) {
    yield asRead(parts[0]);
  }
  if (value instanceof Tuple && parts.length === 2) {
    yield* commaBetween(...parts);
  }
  yield asRead(value);
  if (typeof value === "string" && THOUSANDS.test(value.trim())) {
    yield Number(value.replaceAll(",", ""));
  }
}

function* commaBetween(before, after) {
  if (typeof before !== "bigint" || typeof after !== "bigint" || after < 0n) {
    return;
  }
  yield Number(`${before}.${after}`);
  if (after === 0n || (after >= 100n && after <= 999n)) {
    yield BigInt(`${before}${String(after).padStart(3, "0")}`);
  }
}

/** The value with its texts read as numbers; what cannot be read stays. */
function asRead(value) {
  if (typeof value === "string") {
    const found = read(value);
    return Number.isNaN(found) ? value : found;
  }
  return Array.isArray(value) ? value.map(asRead) : value;
}

function resultsOf(value, right) {
  if (right.length > 1) {
    return (Array.isArray(value) ? [...value] : [value]).map(arrayOf);
  }
  if (typeof right[0] === "string") {
    return [word(value)];
  }
  const result = arrayOf(value);
  if (result.truth && !right[0].truth) {
    throw new Refused(`that is ${result.data[0] ? "True" : "False"}, wanted a number`);
  }
  return [result];
}

function word(value) {
  if (typeof value !== "string") {
    throw new Refused(`that is ${kindOf(value)}, wanted a word in quotes`);
  }
  return value.toLowerCase().trim().split(/\s+/).join(" ");
}

/** Whether two words are the same, or two arrays within `tolerance` of b's largest number. */
export function close(a, b, tolerance) {
  if (typeof a === "string" || typeof b === "string") {
    return a === b;
  }
  if (!sameShape(a.shape, b.shape)) {
    return false;
  }
  if (![...a.data, ...b.data].every(Number.isFinite)) {
    return a.data.every((number, n) => number === b.data[n]);
  }
  const room = tolerance * (largest(b) || 1);
  return a.data.every((number, n) => Math.abs(number - b.data[n]) <= room);
}

/** Whether two rows of results agree. */
export function same(given, wanted, tolerance) {
  return given.length === wanted.length && given.every((a, n) => close(a, wanted[n], tolerance));
}

/** Whether the numbers are the right ones as they are printed; see compare.py. */
export function asPrinted(given, right) {
  const alike = (a, b) => typeof b !== "string" && sameShape(a.shape, b.shape);
  if (given.length !== right.length || !given.every((a, n) => alike(a, right[n]))) {
    return false;
  }
  return given.every((a, n) => a.data.every((number, k) => isRoundedTo(number, right[n].data[k])));
}

function isRoundedTo(a, b) {
  if (a === b) {
    return true;
  }
  if (!Number.isFinite(a) || Number.isInteger(b)) {
    return false;
  }
  const digits = digitsOf(a);
  return digits >= LEAST_DIGITS && a === Number(exponential(b, digits));
}
