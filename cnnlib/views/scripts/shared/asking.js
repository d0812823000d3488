import { bookOf } from "./book.js";

export const GONE =
  "The Python behind this explorer is gone, or its kernel was restarted: run all cells. " +
  "Looking around still works.";
export const STORED =
  "Run this page to do this: menu Run, then Run All Cells. Looking around works without.";
export const BUSY = "Python is still busy; the answer appears when it is free.";
const PATIENCE = 700; // ms

/**
 * What Python says of a wish, once all that changes by it has been sent.
 * @typedef {object} Answer
 * @property {string} id    the wish that is answered
 * @property {string} cell  the cell that the wish was about, or ""
 * @property {string} why   the answer in words, or "": it was done and needs none
 * @property {boolean} ok   was it done?
 */

/** The one way to Python: every wish {do, id, ...} gets one answer {id, cell, why, ok}. */
export class Asking {
  #view = Math.random().toString(36).slice(2);
  #count = 0;
  /** @type {{id: string, cell: string}[]} the wishes that wait for their answers, oldest first */
  waiting = [];
  away = ""; // what is answered while no Python is there

  /**
   * @param {import("./lifetime.js").Lifetime} life
   * @param {import("./view.js").Model} model
   * @param {import("./view.js").View} view  is told of changes, and of each answer
   */
  constructor(life, model, view) {
    this.life = life;
    this.model = model;
    this.view = view;
    this.away = model.away ?? (model.live === false ? STORED : "");
    life.follow(model, "msg:custom", (answer) => this.#hear(answer));
    life.follow(model, "comm_live_update", () => this.#lose());
  }

  /**
   * Ask something of Python.
   * @param {object} wish  {do, ...}
   */
  ask(wish) {
    if (this.away) {
      this.#alone(wish);
      return;
    }
    const id = `${this.#view}:${this.#count++}`;
    this.waiting = [...this.waiting, { id, cell: wish.cell ?? "" }];
    this.view.change({ answer: "", waiting: this.waiting });
    this.model.send({ ...wish, id });
    this.life.later("busy", PATIENCE, () => this.view.change({ answer: BUSY }));
  }

  /** No Python is there: what it has stored answers, or the page says that it is needed. */
  #alone(wish) {
    const book = bookOf(this.model);
    const refused = { ok: false, why: this.away, changes: {} };
    const { ok, why, changes } = (book && this.view.knows(book, wish)) ?? refused;
    for (const [name, value] of Object.entries(changes)) {
      this.model.set(name, value);
    }
    queueMicrotask(() => {
      this.view.change({ answer: why }); // after what has changed: a new picture takes answers away
      this.view.answered({ id: "", cell: wish.cell ?? "", why, ok });
    });
  }

  /** @param {Answer} answer */
  #hear(answer) {
    const place = this.waiting.findIndex(({ id }) => id === answer.id);
    if (place < 0) {
      return; // another view of the same explorer asked
    }
    this.#settle(place + 1); // Python answers in order: what was asked before is settled, too
    this.view.change({ answer: answer.why, waiting: this.waiting });
    this.view.answered(answer);
  }

  /** @param {number} count  how many wishes, from the oldest on, wait no more */
  #settle(count) {
    this.waiting = this.waiting.slice(count);
    if (!this.waiting.length) {
      this.life.drop("busy");
    }
  }

  #lose() {
    if (this.away) {
      return; // nothing is lost that was not there
    }
    this.away = GONE;
    this.#settle(this.waiting.length);
    this.view.change({ answer: GONE, gone: true, waiting: this.waiting });
  }
}
