import { DASHES, plain, read } from "../../../../cnnlib/views/scripts/shared/numbers.js";
import { Tuple } from "./typed.js";
import { unanswered, verdictOn } from "./verdict.js";

// the same as in teaching/typed.py, of which this is a translation
const ROWS = /;|\](?:\s*,)?\s*\[/;
const BETWEEN = [/,\s+|\s+/, /,/, /[|/]/]; // a comma or / may also stand in one
const MIXED = /^([+-]?)(\d{1,6})\s+(\d{1,6})[/\u2044](\d{1,6})$/;
const PAIR = /^(0|-?[1-9]\d{0,5}),\s+(\d{1,6})$/; // of -0, 5 the minus would be lost
const APART = /([+-])\s+(?=[\d.])/g; // a sign from its number
const ONE_CHARACTER = /(\p{Nd})(?=[¼½¾⅐-⅞])/gu; // 3¼ is 3 1/4, and not 31/4
const NAMED = /^\s*((?!\p{Nd})[\p{L}\p{N}_][^=]*)?=/u; // x[1,1] = 15
const QUOTES = " \t\"'“”";
const TRUTHS = { true: true, false: false };
const ENDLESS = { NaN: Number.NaN, Infinity, "-Infinity": -Infinity }; // JSON of Python has them
const OTHERS = { "(": "[", "{": "[", ")": "]", "}": "]", "、": ", " };

/**
 * The verdict on an answer as it is typed from paper. Where it can be read in several ways, the
 * right one counts, then one whose mistake has a name, then the first that can be compared.
 * @param {object} exercise  of the keys
 * @param {string} typed
 * @returns {import("./verdict.js").Verdict}
 */
export function verdictOnHandwritten(exercise, typed) {
  if (!typed.trim()) {
    return unanswered(exercise);
  }
  const told = [...waysToRead(typed)].map((answer) => verdictOn(exercise, answer));
  const compared = told.filter(({ refused }) => !refused);
  const right = told.find(({ status }) => status === "right");
  return right ?? compared.find(({ mistake }) => mistake) ?? compared[0] ?? told[0];
}

/** The ways to read a text that is not empty. */
function* waysToRead(typed) {
  yield stripped(plain(typed), QUOTES);
  const unnamed = typed.replace(NAMED, "");
  yield stripped(plain(unnamed), QUOTES);
  const text = inPlainCharacters(unnamed);
  yield plain(stripped(text, "[]"));
  yield* oneNumber(stripped(text, "[] "));
  if (text.toLowerCase() in TRUTHS) {
    yield TRUTHS[text.toLowerCase()];
  }
  yield* asWritten(text);
  const lines = stripped(text, " []\t,;|/").split(ROWS);
  for (const between of BETWEEN) {
    const rows = lines.map((line) => line.trim().split(between).map(numberOrText));
    if (new Set(rows.map((row) => row.length)).size === 1) {
      yield rows.flat();
    }
    yield rows;
  }
}

/** A mixed number; two numbers that a decimal comma has made. */
function* oneNumber(text) {
  const [, sign, whole, above, below] = MIXED.exec(text) ?? [];
  if (Number(below)) {
    yield Number(`${sign}1`) * (Number(whole) + Number(above) / Number(below));
  }
  const pair = PAIR.exec(text);
  if (pair) {
    yield Tuple.from([BigInt(pair[1]), BigInt(pair[2])]);
  }
}

/** Arrays as Python writes them. */
function* asWritten(text) {
  try {
    yield ENDLESS[text] ?? JSON.parse(text);
  } catch {
    // it is none
  }
}

function inPlainCharacters(typed) {
  const text = typed.trim().replace(ONE_CHARACTER, "$1 ").normalize("NFKC");
  return text
    .replace(/[(){}、]/g, (mark) => OTHERS[mark])
    .replace(DASHES, "-")
    .replace(/\p{Nd}/gu, digitOf)
    .replace(APART, "$1");
}

/** A digit of any script: the ten of each follow upon another, and begin with 0. */
function digitOf(one) {
  let before = one.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(before - 1))) {
    before -= 1;
  }
  return String((one.codePointAt(0) - before) % 10);
}

function numberOrText(text) {
  const found = read(plain(text));
  return Number.isNaN(found) ? text : found;
}

/** A text without these characters at its ends. */
function stripped(text, marks) {
  const inner = [...text];
  while (marks.includes(inner[0] ?? "none")) {
    inner.shift();
  }
  while (marks.includes(inner.at(-1) ?? "none")) {
    inner.pop();
  }
  return inner.join("");
}
