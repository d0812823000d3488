/** Everything a view has started that must end with it: listeners, subscriptions and timers. */
export class Lifetime {
  #end = new AbortController();
  /** @type {(() => void)[]} */
  #subscriptions = [];
  /** @type {Map<string, () => void>} what stops each timer that still runs */
  #timers = new Map();

  /**
   * Listen to an event of the page.
   * @param {EventTarget} target
   * @param {string} name
   * @param {(event: any) => void} hear
   * @param {boolean} [capture]  before those that it happened to
   */
  listen(target, name, hear, capture = false) {
    target.addEventListener(name, hear, { capture, signal: this.#end.signal });
  }

  /**
   * Follow an event of the model.
   * @param {import("./view.js").Model} model
   * @param {string} name
   * @param {(value: any) => void} hear
   */
  follow(model, name, hear) {
    model.on(name, hear);
    this.#subscriptions.push(() => model.off(name, hear));
  }

  /**
   * Call `act` whenever an element has another size, and once at first.
   * @param {Element} element
   * @param {() => void} act
   */
  resized(element, act) {
    const watch = new ResizeObserver(act);
    watch.observe(element);
    this.#end.signal.addEventListener("abort", () => watch.disconnect());
  }

  /**
   * Call `act` once, after `ms`. A timer of the same name starts anew.
   * @param {string} name
   * @param {number} ms
   * @param {() => void} act
   */
  later(name, ms, act) {
    this.#start(name, () => {
      const timer = setTimeout(() => {
        this.#timers.delete(name);
        act();
      }, ms);
      return () => clearTimeout(timer);
    });
  }

  /**
   * Call `act` every `ms`, until it is dropped.
   * @param {string} name
   * @param {number} ms
   * @param {() => void} act
   */
  every(name, ms, act) {
    this.#start(name, () => {
      const timer = setInterval(act, ms);
      return () => clearInterval(timer);
    });
  }

  /**
   * Call `act` once, before the next frame is painted.
   * @param {string} name
   * @param {() => void} act
   */
  frame(name, act) {
    this.#start(name, () => {
      const timer = requestAnimationFrame(() => {
        this.#timers.delete(name);
        act();
      });
      return () => cancelAnimationFrame(timer);
    });
  }

  /**
   * Does a timer of this name still run?
   * @param {string} name
   */
  runs(name) {
    return this.#timers.has(name);
  }

  /**
   * Stop the timer of this name, if there is one.
   * @param {string} name
   */
  drop(name) {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  /** End it all; nothing starts any more. */
  end() {
    this.#end.abort();
    for (const name of [...this.#timers.keys()]) {
      this.drop(name);
    }
    for (const stop of this.#subscriptions.splice(0)) {
      stop();
    }
  }

  /**
   * @param {string} name
   * @param {() => () => void} start  starts a timer and returns what stops it
   */
  #start(name, start) {
    this.drop(name);
    if (!this.#end.signal.aborted) {
      this.#timers.set(name, start());
    }
  }
}
