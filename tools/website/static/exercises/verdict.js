import { Refused } from "./arrays.js";
import { asPrinted, kept, outcome, same } from "./compare.js";
import { nameOf, reason } from "./reasons.js";
import { answerOf, isBlank } from "./typed.js";

/**
 * @typedef {object} Verdict
 * @property {"right" | "wrong" | "unanswered"} status
 * @property {string} text     what the reader sees
 * @property {string} mistake  what a known wrong answer is called, else ""
 * @property {boolean} refused  is it of another kind than is wanted, such as words for a number? It
 *                              counts as no try
 */

/**
 * The verdict on a typed answer, word for word as cnnlib.course.check gives it.
 * @param {object} exercise  of the keys
 * @param {string} typed
 * @returns {Verdict}
 */
export function verdict(exercise, typed) {
  return verdictOn(exercise, answerOf(typed));
}

/**
 * The verdict on what a typed answer stands for.
 * @param {object} exercise
 * @param {any} answer
 * @returns {Verdict}
 */
export function verdictOn(exercise, answer) {
  if (isBlank(answer)) {
    return unanswered(exercise);
  }
  const { why, mistake, refused = false } = whatIsWrong(exercise, answer);
  if (!why) {
    return { status: "right", text: `${exercise.name}: Right.`, mistake: "", refused };
  }
  const stop = why.includes("\n") || /[?!]$/.test(why) ? "" : ".";
  return { status: "wrong", text: `${exercise.name}: Not yet: ${why}${stop}`, mistake, refused };
}

/** The verdict on nothing. */
export function unanswered(exercise) {
  const text = `${exercise.name} is not answered yet.`;
  return { status: "unanswered", text, mistake: "", refused: false };
}

function whatIsWrong(exercise, answer) {
  try {
    const right = kept(exercise, exercise.right);
    const given = outcome(exercise, answer, right);
    if (same(given, right, exercise.tolerance)) {
      return { why: "", mistake: "" };
    }
    const mistake = nameOf(exercise, given) ?? "";
    if (!mistake && asPrinted(given, right)) {
      return { why: "", mistake };
    }
    return { why: mistake || reason(exercise, given, right), mistake };
  } catch (error) {
    if (error instanceof Refused) {
      return { why: error.message, mistake: "", refused: true };
    }
    throw error;
  }
}
