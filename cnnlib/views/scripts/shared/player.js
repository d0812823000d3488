/** How long a step stands, in ms. */
export const SPEEDS = { slow: 1600, normal: 800, fast: 250 };

/**
 * What is played: places in a row, one of them shown.
 * @typedef {object} Walk
 * @property {() => number} count          how many places there are
 * @property {() => number} place          the one that is shown, from 0
 * @property {(place: number) => void} go  show another one
 * @property {() => string} waits          what the shown place waits for, or "": a play stays there
 * @property {() => string} speed          the name of the speed that is chosen
 * @property {(patch: object) => void} change  is told {playing}, and {answer} in words
 */

/** Walks through the places by the clock or by hand; the ends hold. */
export class Player {
  /**
   * @param {import("./lifetime.js").Lifetime} life
   * @param {Walk} walk
   */
  constructor(life, walk) {
    this.life = life;
    this.walk = walk;
  }

  get playing() {
    return this.life.runs("play");
  }

  /** Go `by` places on by hand; a play ends. */
  step(by) {
    this.stop();
    this.walk.go(this.#within(this.walk.place() + by));
  }

  /** Go to a place by hand; a play ends. */
  jump(place) {
    this.stop();
    this.walk.go(this.#within(place));
  }

  toggle() {
    if (this.playing) {
      this.stop();
    } else {
      this.start();
    }
  }

  /** Play on from here, unless something is asked; from the first place when this is the last. */
  start() {
    if (this.walk.waits()) {
      this.walk.change({ answer: this.walk.waits() });
      return;
    }
    this.#run();
    this.walk.change({ playing: true });
    if (this.#atEnd()) {
      this.walk.go(0);
    }
  }

  stop() {
    if (this.playing) {
      this.life.drop("play");
      this.walk.change({ playing: false });
    }
  }

  /** The speed was changed: a play goes on with the new one at once. */
  hurry() {
    if (this.playing) {
      this.#run();
    }
  }

  #run() {
    this.life.every("play", SPEEDS[this.walk.speed()], () => this.#tick());
  }

  #tick() {
    this.walk.go(this.#within(this.walk.place() + 1));
    if (this.#atEnd() || this.walk.waits()) {
      this.stop();
    }
  }

  #atEnd() {
    return this.walk.place() >= this.walk.count() - 1;
  }

  /** @param {number} place */
  #within(place) {
    return Math.min(Math.max(place, 0), Math.max(this.walk.count() - 1, 0));
  }
}
