import { NOTHING } from "./hints.js";

const KEY = "cnnlib-exercises"; // the one place in which anything is kept
const SCHEMA = 1;

/** What the reader has done, in this browser only; without its storage for this page only. */
export class Store {
  #here = {};
  kept = true; // does the browser keep it?

  /** All exercises that were tried or hinted: {name: Progress}. */
  all() {
    try {
      const text = localStorage.getItem(KEY);
      this.#here = this.kept ? checked(JSON.parse(text ?? "{}")) : this.#here;
    } catch (error) {
      this.kept = error instanceof SyntaxError; // else there is no storage, or it is forbidden
    }
    return this.#here;
  }

  of(name) {
    return this.all()[name] ?? NOTHING;
  }

  put(changed) {
    this.#write({ ...this.all(), ...changed });
  }

  wipe() {
    this.#write({});
  }

  #write(all) {
    this.#here = all;
    try {
      localStorage.setItem(KEY, textOf(all));
    } catch {
      this.kept = false;
    }
  }
}

/** All progress as the text of a file. */
export function textOf(all) {
  return JSON.stringify({ schema: SCHEMA, exercises: all }, null, 1);
}

/**
 * The progress in the content of a file, without what is none.
 * @param {any} data
 * @returns {Object<string, import("./hints.js").Progress>}
 */
export function checked(data) {
  const exercises = data?.schema === SCHEMA ? Object.entries(data.exercises ?? {}) : [];
  return Object.fromEntries(exercises.filter(([, one]) => isProgress(one)));
}

function isProgress(one) {
  const texts = ["answer", "status"].every((key) => typeof one?.[key] === "string");
  const marks = ["tried", "hintedAt"].every(
    (key) => one?.[key] === null || typeof one?.[key] === "string",
  );
  const solved = ["boolean", "undefined"].includes(typeof one?.solved);
  return texts && marks && solved && Number.isInteger(one.hints) && one.hints >= 0;
}
