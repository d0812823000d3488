/**
 * How far a reader is with an exercise.
 * @typedef {object} Progress
 * @property {string} answer         the last one, as it was typed
 * @property {string} status         its verdict: right, wrong or unanswered
 * @property {number} hints          how many were given
 * @property {string | null} tried     the text of the last verdict
 * @property {string | null} hintedAt  the same, when the last hint was given
 * @property {boolean} [solved]        was any answer right? A wrong one that is tried later takes
 *                                     nothing away
 */

/** @type {Progress} */
export const NOTHING = { answer: "", status: "unanswered", hints: 0, tried: null, hintedAt: null };

/** The progress after a verdict on an answer; what does not count is no try. */
export function tried(progress, answer, { status, text, counts }) {
  if (!counts) {
    return progress;
  }
  const solved = progress.solved === true || status === "right";
  return { ...progress, answer, status, tried: text, solved };
}

/**
 * The hint that is due, as cnnlib.hint gives it: another one after another try, none after the
 * right answer. more: what is said of the next one.
 * @param {object} exercise  of the keys
 * @param {Progress} progress
 * @returns {{text: string, more: string, progress: Progress}}
 */
export function hint(exercise, progress) {
  const { name, hints } = exercise;
  const total = hints.length;
  if (!total) {
    return { text: `${name} has no hints.`, more: "", progress };
  }
  if (progress.status === "right") {
    return { text: `${name}: you have it, no hint is needed.`, more: "", progress };
  }
  const another = !progress.hints || progress.hintedAt !== progress.tried;
  const n = Math.min(progress.hints + Number(another), total);
  const more = n < total ? "The next one: after another try" : "";
  const after = { ...progress, hints: n, hintedAt: progress.tried };
  return { text: hintText(exercise, n), more, progress: after };
}

/** Hint number n, counted from 1. */
export function hintText({ hints }, n) {
  const text = hints[n - 1];
  return `Hint ${n} of ${hints.length}:${text.startsWith("\n") ? "" : " "}${text}`;
}
