import { make } from "./dom.js";

const PAUSE = 250; // ms: who walks on quickly hears only where the walk ends

/** The live region: what a screen reader speaks of what has changed. */
export class Live {
  /** @type {string[] | null} */
  #said = null;

  /** @param {import("./lifetime.js").Lifetime} life */
  constructor(life) {
    this.life = life;
    this.element = make("p", { className: "ex-live" });
    this.element.setAttribute("role", "status");
  }

  /**
   * Speak those of the texts that are not what was said before, or a new answer alone. What is
   * there at first is not spoken: it stands in the page.
   * @param {string} answer
   * @param {string[]} texts
   */
  say(answer, texts) {
    const all = [answer, ...texts];
    this.#said ??= all;
    this.life.later("say", PAUSE, () => {
      const fresh = all.filter((text, n) => text && text !== this.#said[n]);
      const asked = answer && answer !== this.#said[0];
      this.#said = all;
      if (fresh.length) {
        this.element.textContent = asked ? answer : fresh.join(" ");
      }
    });
  }
}
