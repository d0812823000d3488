import { plain } from "../../../../cnnlib/views/scripts/shared/numbers.js";

/** `...`: what stands where nothing is answered yet. */
export const BLANK = Symbol("...");

/** Numbers with commas between them, and not in square brackets. */
export class Tuple extends Array {}

/** A text that is no Python value. */
class Unreadable extends Error {}

const EXPONENT = String.raw`[eE][+-]?\d+`;
const TOKEN = new RegExp(
  String.raw` *(?:(?<float>(?:\d+\.\d*|\.\d+)(?:${EXPONENT})?|\d+${EXPONENT})` +
    String.raw`|(?<int>0+|[1-9]\d*)|(?<quoted>'[^'\\]*'|"[^"\\]*")` +
    String.raw`|(?<name>[A-Za-z_][\w.]*)|(?<mark>\.\.\.|[-+/,()[\]{}])) *`,
  "y",
);
const NEGATIVE = /^-0+,\d+$/; // Python would lose the minus
const SEMICOLONS = /^[([]?([^()[\]'"]*;[^()[\]'"]*)[)\]]?$/;
const NOT_FINITE = /^(?:(?:np|numpy|math)\.)?(inf|nan)$/;
const CLOSING = { "(": ")", "[": "]", "{": "}" };

/**
 * What a typed text stands for, as a reader would write it in a notebook: a number (whole ones are
 * a BigInt), true or false, null, BLANK, a Tuple, an array, a Set of numbers. 0,3; 1,3 is a Tuple
 * of texts. Anything else is a text, in quotes or not.
 * @param {string} typed
 * @returns {any}
 */
export function answerOf(typed) {
  const text = plain(typed);
  if (!text || NEGATIVE.test(text)) {
    return text || BLANK;
  }
  try {
    return items(tokensOf(text));
  } catch (error) {
    if (!(error instanceof Unreadable)) {
      throw error;
    }
  }
  const parts = SEMICOLONS.exec(text)?.[1];
  if (parts) {
    return Tuple.from(parts.split(";"), (part) => part.trim());
  }
  return text.replace(/^(['"])(.*)\1$/, "$2");
}

/**
 * Whether an answer is BLANK, or holds one.
 * @param {any} answer
 * @returns {boolean}
 */
export function isBlank(answer) {
  return answer === BLANK || (Array.isArray(answer) && answer.some(isBlank));
}

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) {
      throw new Unreadable();
    }
    const [[kind, of]] = Object.entries(found.groups).filter(([, part]) => part !== undefined);
    tokens.push({ kind, text: of });
  }
  return tokens;
}

/** The values up to a closing bracket, or to the end: all of them, or the only one. */
function items(tokens, end) {
  const found = [];
  let comma = false;
  while (tokens[0]?.text !== end) {
    if (found.length && !comma) {
      throw new Unreadable();
    }
    found.push(item(tokens));
    comma = tokens[0]?.text === ",";
    if (comma) {
      tokens.shift();
    }
  }
  tokens.shift();
  return grouped(found, end, comma);
}

function grouped(found, end, comma) {
  if (end === "]") {
    return found;
  }
  if (end === "}") {
    return setOf(found);
  }
  if (found.length === 1 && !comma) {
    return found[0];
  }
  if (!found.length && !end) {
    throw new Unreadable();
  }
  return Tuple.from(found);
}

function setOf(found) {
  if (!found.length || !found.every((part) => ["bigint", "number"].includes(typeof part))) {
    throw new Unreadable();
  }
  return new Set(found.map(Number));
}

function item(tokens) {
  const { kind, text } = tokens[0] ?? {};
  if (kind === "mark" && text in CLOSING) {
    tokens.shift();
    return items(tokens, CLOSING[text]);
  }
  if (kind === "quoted") {
    return tokens.shift().text.slice(1, -1);
  }
  if (kind === "name" && /^(true|false|None)$/i.test(text)) {
    return truth(tokens.shift().text);
  }
  if (text === "...") {
    tokens.shift();
    return BLANK;
  }
  return fraction(tokens);
}

function truth(text) {
  if (text === "None") {
    return null;
  }
  if (text.toLowerCase() === "none") {
    throw new Unreadable();
  }
  return text.toLowerCase() === "true";
}

function fraction(tokens) {
  const above = number(tokens);
  if (tokens[0]?.text !== "/") {
    return above;
  }
  tokens.shift();
  const below = Number(number(tokens));
  if (!below || !Number.isFinite(below) || !Number.isFinite(Number(above))) {
    throw new Unreadable();
  }
  return Number(above) / below;
}

function number(tokens) {
  const sign = ["-", "+"].includes(tokens[0]?.text) ? tokens.shift().text : "+";
  const { kind, text } = tokens.shift() ?? {};
  const found = { int: () => BigInt(text), float: () => Number(text), name: () => endless(text) };
  if (!(kind in found)) {
    throw new Unreadable();
  }
  const value = found[kind]();
  return sign === "-" ? -value : value;
}

function endless(text) {
  const found = NOT_FINITE.exec(text)?.[1];
  if (!found) {
    throw new Unreadable();
  }
  return found === "inf" ? Number.POSITIVE_INFINITY : Number.NaN;
}
