import { Refused } from "./arrays.js";
import { asPrinted, kept, outcome, same } from "./compare.js";
import { isGuess, nameOf, reason } from "./reasons.js";
import { answerOf, isBlank } from "./typed.js";

/**
 * @typedef {object} Verdict
 * @property {"right" | "wrong" | "unanswered"} status
 * @property {string} text     what the reader sees
 * @property {string} mistake  what a known wrong answer is called, else ""
 * @property {boolean} refused  is it of another kind than is wanted, such as words for a number?
 * @property {boolean} counts  does it count as a try? What is refused does not, nor is 3 and 4, or
 *                             NaN, a guess at one number
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
  const { why, mistake, refused = false, counts = !refused } = whatIsWrong(exercise, answer);
  if (!why) {
    return { status: "right", text: `${exercise.name}: Right.`, mistake: "", refused, counts };
  }
  const stop = why.includes("\n") || /[?!]$/.test(why) ? "" : ".";
  const text = `${exercise.name}: Not yet: ${why}${stop}`;
  return { status: "wrong", text, mistake, refused, counts };
}

/** The verdict on nothing. */
export function unanswered(exercise) {
  const text = `${exercise.name} is not answered yet.`;
  return { status: "unanswered", text, mistake: "", refused: false, counts: false };
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
    const counts = mistake !== "" || isGuess(given, right);
    return { why: mistake || reason(exercise, given, right), mistake, counts };
  } catch (error) {
    if (error instanceof Refused) {
      return { why: error.message, mistake: "", refused: true };
    }
    throw error;
  }
}
