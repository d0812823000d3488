import { toldOfNumber } from "../shared/book.js";

/**
 * What Python would answer to a wish, and what it would send of an explorer that asks one thing.
 * @param {import("../shared/book.js").Book} book
 * @param {boolean} asks  is it still asked?
 * @param {object} wish
 * @returns {{ok: boolean, why: string, changes: object} | null} null for what only Python can do
 */
export function knownOfMaps(book, asks, wish) {
  if (!asks) {
    return null;
  }
  if (wish.do === "show" || (wish.do === "predict" && !wish.value)) {
    return { ok: true, why: "", changes: book.shown };
  }
  if (wish.do !== "guess") {
    return null;
  }
  const told = book.options?.[wish.value] ?? toldOfNumber(book.words, wish.value, book.number);
  return { ok: told.ok, why: told.why, changes: told.right ? book.shown : {} };
}
