import { find, heldStill, near, write } from "./dom.js";

const LISTED = "Press Enter to answer so.";

/**
 * The native controls of an explorer. data-play: what the page itself does; data-do: what is asked
 * of Python. They may be made anew with the page, so the root listens for all of them.
 */
export class Controls {
  /** @type {HTMLElement[]} */
  #plays = [];
  /** @type {HTMLElement[]} what "…" opens */
  #mores = [];
  /** @type {HTMLElement[]} those that are asked of Python */
  asks = [];
  /** @type {HTMLElement | null} the list of answers that keys go through */
  #list = null;
  /** @type {HTMLElement | null} the same, once another answer stands in it */
  #chosen = null;

  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    view.life.listen(view.root, "click", (event) => this.#click(event));
    view.life.listen(view.root, "input", (event) => this.#input(event));
    view.life.listen(view.root, "change", (event) => this.#change(event));
    view.life.listen(view.root, "keydown", (event) => this.#key(event));
    view.life.listen(view.root, "pointerdown", () => {
      this.#list = null;
    });
    view.life.listen(view.root, "focusout", () => this.#choose());
  }

  /** Look which controls there are: the page has been made anew. */
  gather() {
    this.#plays = find(this.view.root, "[data-play]");
    this.#mores = find(this.view.root, ".ex-more");
    this.asks = find(this.view.root, "[data-do]");
  }

  /** @param {string} name  of a data-play */
  of(name) {
    return this.#plays.filter((control) => control.dataset.play === name);
  }

  /** The name of the speed that is chosen. */
  speed() {
    return this.of("speed")[0]?.value ?? "normal";
  }

  /**
   * Show how things stand.
   * @param {{playing: boolean, large: boolean, more: boolean}} state
   * @param {{place: number, count: number, name: string, told: string}} walk
   *   name: what is walked through; told: the place in words
   */
  show(state, walk) {
    const count = `${walk.place + 1} of ${walk.count}`;
    for (const control of this.#plays) {
      switch (control.dataset.play) {
        case "play":
          write(control, state.playing ? "⏸ Pause" : "▶ Play");
          break;
        case "range":
          attribute(control, "max", walk.count - 1);
          control.value = walk.place;
          attribute(control, "aria-label", walk.name);
          attribute(control, "aria-valuetext", walk.told);
          break;
        case "count":
          write(control, count);
          break;
        case "large":
          attribute(control, "aria-pressed", state.large);
          break;
        case "more":
          attribute(control, "aria-expanded", state.more);
          break;
      }
    }
    for (const box of this.#mores) {
      box.hidden = !state.more;
    }
  }

  /**
   * Let the controls show what Python has.
   * @param {Object<string, any>} values  by what they ask for: "relu", "entry:0,1"
   * @param {boolean} [sparing]  is a text left alone that is being typed?
   */
  showValues(values, sparing = false) {
    for (const control of this.asks) {
      const { do: name, at } = control.dataset;
      const value = values[at ? `${name}:${at}` : name];
      if (value === undefined || (sparing && isTyped(control))) {
        continue;
      }
      if (control.type === "checkbox") {
        control.checked = value;
      } else {
        control.value = value;
        control.shown = value;
      }
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const control = near(event, "button");
    if (control?.dataset.play) {
      const held = control.dataset.play === "large" ? control : null; // a second press undoes it
      heldStill(held, () => this.view.press(control.dataset.play));
    } else if (control?.dataset.do) {
      this.view.ask(this.view.wish(control), control);
    }
  }

  /** @param {InputEvent} event */
  #input(event) {
    if (event.target.dataset.play === "range") {
      this.view.player.jump(event.target.valueAsNumber);
    }
  }

  /** @param {Event} event */
  #change(event) {
    const control = event.target;
    if (control.dataset.play === "speed") {
      this.view.player.hurry();
    } else if (control === this.#list) {
      this.#chosen = control;
      this.view.change({ answer: LISTED });
    } else if (control.dataset.do) {
      this.view.ask(this.view.wish(control), control);
    }
  }

  /** Keys go from answer to answer: each is a change, and only the one at Enter is a guess. */
  #key({ key, target }) {
    if (key === "Enter") {
      this.#choose();
    } else if (target.matches('select[data-do="guess"]')) {
      this.#list = target;
    }
  }

  /** What stands now in the list that keys went through is the answer. */
  #choose() {
    const chosen = this.#chosen;
    this.#list = null;
    this.#chosen = null;
    if (chosen?.value) {
      this.view.ask(this.view.wish(chosen), chosen);
    }
  }
}

/** Set an attribute where it differs; an empty one stays as the page has it. */
function attribute(control, name, value) {
  const text = String(value);
  if (text && control.getAttribute(name) !== text) {
    control.setAttribute(name, text);
  }
}

/** Is it being changed by the reader, and not yet sent? */
function isTyped(control) {
  const changed = control.shown !== undefined && control.value !== control.shown;
  return changed && control === document.activeElement;
}
