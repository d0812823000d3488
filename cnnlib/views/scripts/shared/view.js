import { Asking } from "./asking.js";
import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { keepKeys } from "./keyboard.js";
import { Lifetime } from "./lifetime.js";
import { Live } from "./live.js";
import { Player } from "./player.js";

/**
 * What this page asks of a widget's model; a static page has a small one of its own.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(message: object) => void} send
 * @property {(name: string, hear: (value: any) => void) => void} on
 * @property {(name: string, hear: (value: any) => void) => void} off
 * @property {boolean} [live]  false: what a notebook has stored, no Python is behind it
 * @property {string} [away]  what is answered where there is no notebook
 */

/**
 * What an explorer remembers. Everything that is shown follows from this and from what Python sent.
 * @typedef {object} State
 * @property {string} pick      the picked cell, "x:1,0"
 * @property {object | null} hover  what the pointer or the focus is on, whichever came last
 * @property {boolean} playing
 * @property {boolean} large    is the type larger?
 * @property {boolean} more     are the controls behind "…" shown?
 * @property {string} answer    what Python answered, or the page in its place
 * @property {{id: string, cell: string}[]} waiting  what was asked and is not answered yet
 * @property {boolean} gone     has Python gone?
 */

const START = {
  pick: "",
  hover: null,
  playing: false,
  large: false,
  more: false,
  answer: "",
  waiting: [],
  gone: false,
};
const PICK_WAIT = 60; // ms: Python hears of the pick where a walk rests, not of every step

/**
 * What both kinds of explorer share. Events change the state, and `show` shows it. A subclass has:
 * look() -> what is to be seen, a pure function of the state; paint(look) puts it on the page;
 * keys(event) -> was the key used?; wish(control) -> what a control asks of Python;
 * knows(book, wish) -> {ok, why, changes} of what Python would answer and change in the model, or
 * null; and for the player count(), place(), go(place).
 */
export class View {
  /** Has the pointer just been pressed? */
  pressing = false;
  /** Is a new page being put in place? The focus that moves meanwhile means nothing. */
  updating = false;

  /**
   * @param {Model} model
   * @param {HTMLElement} el
   * @param {string} name   the class name of its root
   * @param {object} state  what it remembers beside the rest
   */
  constructor(model, el, name, state) {
    this.model = model;
    this.life = new Lifetime();
    this.live = new Live(this.life);
    /** @type {State} */
    this.state = { ...START, ...state };
    this.frame = make("div", { className: `${name}-frame` });
    this.root = make("div", { className: `ex ${name}` }, this.frame, this.live.element);
    this.controls = new Controls(this);
    this.player = new Player(this.life, this);
    this.asking = new Asking(this.life, model, this);
    this.root.classList.toggle("ex-away", this.asking.away !== "");
    this.life.listen(this.root, "pointerdown", () => this.#press());
    keepKeys(this.life, this.root, (event) => this.keys(event));
    el.append(this.root);
  }

  /**
   * The only way to another picture: change the state, and show it.
   * @param {object} patch
   */
  change(patch) {
    Object.assign(this.state, patch);
    this.show();
  }

  /** Show the state, and tell Python of the pick. */
  show() {
    const look = this.look();
    const { large, gone, waiting } = this.state;
    this.root.classList.toggle("ex-large", large);
    this.root.classList.toggle("ex-gone", gone);
    this.root.classList.toggle("ex-busy", waiting.length > 0);
    this.controls.show(this.state, look.walk);
    this.paint(look);
    if (this.state.playing) {
      this.life.drop("say");
    } else {
      this.live.say(this.state.answer, look.spoken);
    }
    this.send("pick", PICK_WAIT);
  }

  /**
   * Tell Python a part of the state, once it rests.
   * @param {string} name
   * @param {number} ms
   */
  send(name, ms) {
    if (this.model.get(name) === this.state[name]) {
      this.life.drop(name);
    } else {
      this.life.later(name, ms, () => this.#sendNow(name));
    }
  }

  #sendNow(name) {
    this.life.drop(name);
    this.model.set(name, this.state[name]);
    this.model.save_changes();
  }

  /** A part of the state as it was changed last, here (Python has not heard of it yet) or there. */
  latest(name) {
    return this.life.runs(name) ? this.state[name] : this.model.get(name);
  }

  /** @param {string} name  the data-play of a button that was pressed */
  press(name) {
    if (name === "play") {
      this.player.toggle();
    } else if (name === "large" || name === "more") {
      this.change({ [name]: !this.state[name] });
    } else {
      this.player.step({ back: -1, step: 1 }[name]);
    }
  }

  /** The name of the speed that is chosen, for the player. */
  speed() {
    return this.controls.speed();
  }

  /** What the reader is asked at the shown place, for the player; "" when nothing. */
  waits() {
    return "";
  }

  /** @param {object | null} hover  what the pointer or the focus is on */
  lookAt(hover) {
    if (!this.updating && (hover || this.state.hover)) {
      this.change({ hover });
    }
  }

  /**
   * The focus came to something. Where it points at nothing, what the pointer is on stays.
   * @param {object | null} target
   */
  focusOn(target) {
    if (target || this.state.hover?.byFocus) {
      this.lookAt(target && { ...target, byFocus: true });
    }
  }

  /** @param {object} wish  what Python is asked for, when it has heard of the pick and the step */
  ask(wish) {
    for (const name of ["pick", "at"].filter((late) => this.life.runs(late))) {
      this.#sendNow(name);
    }
    this.life.drop("reading");
    this.asking.ask(wish);
  }

  /** An answer came: a control whose wish was refused goes back to what Python has. */
  answered(_answer) {}

  /** A press moves the focus before it becomes a click: the click alone decides what happens. */
  #press() {
    this.pressing = true;
    this.life.later("press", 0, () => {
      this.pressing = false;
    });
  }

  /** Nothing of it goes on. */
  end() {
    this.life.end();
  }
}
