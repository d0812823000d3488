import { numberText, plain, read } from "./numbers.js";

const LONGEST = 40; // characters of a text that is repeated

/**
 * What Python stored to answer guesses where it is not there: questions, the words of answers, what
 * known slips give, and what is shown in the end. The page compares and looks up.
 * @typedef {object} Book
 * @property {{number: Object<string, string>, cells: Object<string, string[]>, otherwise: string}}
 *   words  with {places} to be filled in
 */

/**
 * The book of an explorer, or null where it has none.
 * @param {import("./view.js").Model} model
 * @returns {Book | null}
 */
export function bookOf(model) {
  const text = model.get("answers");
  const letters = text && Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return text ? JSON.parse(new TextDecoder().decode(letters), revive) : null;
}

/** Bytes travel as text. */
export function revive(_, value) {
  if (value?.bytes64 === undefined) {
    return value;
  }
  return Uint8Array.from(atob(value.bytes64), (letter) => letter.charCodeAt(0));
}

/**
 * A text with its {places} filled in.
 * @param {string} text
 * @param {Object<string, any>} values
 */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/**
 * What is told of a number that was typed.
 * @param {Object<string, string>} words
 * @param {string} text
 * @param {{label: string, otherwise: string, right: number, slips: [string, number][]}} known
 * @returns {{ok: boolean, right: boolean, why: string}} ok: was it a number?
 */
export function toldOfNumber(words, text, { label, otherwise, right, slips }) {
  const value = read(plain(text));
  if (Number.isNaN(value)) {
    const error = filled(words.error, { text: shortened(text) });
    return { ok: false, right: false, why: filled(words.unread, { error, otherwise }) };
  }
  if (isSame(value, right)) {
    const why = filled(words.right, { label, right: numberText(right) });
    return { ok: true, right: true, why };
  }
  const slip = slips.find(([, wrong]) => isSame(value, wrong))?.[0];
  const told = filled(words[slip ? "slip" : "wrong"], { label, value: numberText(value), slip });
  return { ok: true, right: false, why: told };
}

function shortened(text) {
  const letters = [...text];
  return letters.slice(0, LONGEST).join("") + "…".repeat(letters.length > LONGEST);
}

/** Are two numbers alike as far as four printed digits tell? See words.same in Python. */
function isSame(guess, right) {
  if (numberText(guess) === numberText(right)) {
    return true;
  }
  const size = Math.min(Math.abs(guess), Math.abs(right));
  const unit = size ? Number(`1e${Math.floor(Math.log10(size)) - 3}`) : 0;
  return Math.abs(guess - right) <= Math.max(0.5000001 * unit, 1e-9);
}

/**
 * What is told of a set of cells that was marked. See questions.compared in Python.
 * @param {Object<string, string[]>} words  for each case what is told of none, one, more
 * @param {Set<any>} found
 * @param {Set<any>} right
 * @param {[string, Set<any>][]} slips
 * @returns {{ok: boolean, right: boolean, why: string}}
 */
export function toldOfCells(words, found, right, slips) {
  const good = [...found].filter((part) => right.has(part)).length;
  const slip = slips.find(([, wrong]) => isAlike(found, wrong))?.[0];
  const forms = words[caseOf(found, right, good, slip)];
  const told = forms[Math.min(good, forms.length - 1)];
  const why = filled(told, { good, count: found.size, slip });
  return { ok: true, right: isAlike(found, right), why };
}

function caseOf(found, right, good, slip) {
  if (isAlike(found, right)) {
    return "right";
  }
  if (slip) {
    return "slip";
  }
  if (!good) {
    return found.size ? "strange" : "empty";
  }
  if (good === found.size) {
    return "few";
  }
  return good === right.size ? "many" : "mixed";
}

function isAlike(one, other) {
  return one.size === other.size && [...one].every((part) => other.has(part));
}
