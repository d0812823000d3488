import { View } from "../shared/view.js";
import { MapHands } from "./hands.js";
import { pressKey } from "./keys.js";
import { knownOfMaps } from "./knowing.js";
import { mapsLook, WAIT } from "./look.js";
import { MapsPainter } from "./paint.js";
import { Pen } from "./pen.js";
import { Sheets } from "./sheets.js";
import { Recorded, size, whole } from "./stacks.js";

const FORMULA_WAIT = 1500; // ms: so long a formula may be on its way
const STEP_WAIT = 200; // ms: Python hears of the step where the scrubbing rests
const SENT = ["page", "filled", "pixels", "floats"]; // what Recorded reads
const ENDS = { back: "This is the first step.", step: "This is the last step." };

/**
 * An explorer of maps: pictures painted from palette indices, and numbers read out. It computes
 * nothing of the lesson: indices, numbers, texts and windows all come from Python. The model has
 * "page" = {html, stacks, tables}, "filled", "pixels" and "floats" = bytes of all steps,
 * "state" = {parts: {name: html}, of: "pick@at" of the part "formula", values: {control: value},
 * says: [text]}, "at" = the step shown and "pick" = "stack:map,row,column".
 */
export class Maps extends View {
  /** @type {Map<string, import("./stacks.js").Cell>} where the keys stand in each stack */
  #cursors = new Map();
  #expected = false;
  #name = Math.random().toString(36).slice(2);

  /**
   * @param {import("../shared/view.js").Model} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    const stored = model.live === false; // no Python is there
    super(model, el, "mp", { at: 0, late: false, penDown: false, stored });
    this.sheets = new Sheets();
    this.painter = new MapsPainter(this.root, this.frame, this.sheets);
    this.pen = new Pen(this);
    this.hands = new MapHands(this);
    for (const name of [...SENT, "state", "at", "pick"]) {
      this.life.follow(model, `change:${name}`, () => this.#expect(name));
    }
    this.update();
    this.#attend("here");
  }

  /** Python may want to hear whether somebody sees the page. */
  #attend(word) {
    if (this.frame.querySelector("[data-attended]") && !this.state.stored && !this.state.gone) {
      this.model.send({ do: word, view: this.#name, id: "" });
    }
  }

  /** Page, bytes, texts, step and pick arrive together: one update for all. */
  #expect(name) {
    this.life.drop(name); // what came last holds
    if (!this.#expected) {
      this.#expected = true;
      queueMicrotask(() => {
        this.#expected = false;
        this.update();
      });
    }
  }

  update() {
    this.updating = true;
    this.#read();
    this.texts = this.model.get("state");
    this.painter.build(this.recorded);
    this.painter.paintParts(this.texts.parts);
    this.controls.gather();
    this.controls.showValues(this.texts.values, true);
    this.updating = false;
    const last = Math.max(this.count() - 1, 0);
    const at = Math.min(Math.max(this.latest("at"), 0), last);
    if (at !== this.state.at) {
      this.player.stop();
    }
    this.change({ at, pick: this.latest("pick"), late: false, answer: "" });
  }

  /** The pictures and numbers, unless they are those that are here, or in pieces. */
  #read() {
    const sent = SENT.map((name) => this.model.get(name));
    const other = sent.some((part, n) => part !== this.recorded?.sent[n]);
    if (!this.recorded || (other && whole(sent))) {
      this.recorded = new Recorded(sent);
    }
  }

  look() {
    return mapsLook(this.recorded, this.texts, this.state);
  }

  paint(look) {
    this.root.classList.toggle("mp-pen", this.state.penDown);
    this.painter.paint(look, this.recorded);
    this.send("at", STEP_WAIT);
    if (look.formula === WAIT) {
      if (!this.life.runs("late")) {
        this.life.later("late", FORMULA_WAIT, () => this.change({ late: true }));
      }
    } else {
      this.life.drop("late");
    }
  }

  keys(event) {
    return pressKey(this, event);
  }

  /** Where there is no further step, that is said. */
  press(name) {
    const before = this.state.at;
    super.press(name);
    if (name in ENDS && this.state.at === before) {
      this.change({ answer: ENDS[name] });
    }
  }

  /** Pick a cell; "" lets go. */
  choose(name, cell) {
    if (name) {
      this.setCursor(name, cell);
    }
    this.change({ pick: name ? `${name}:${cell}` : "", answer: "" });
  }

  /** Where the keys stand in a stack. */
  cursor({ name, stack }) {
    const cell = this.#cursors.get(name) ?? [0, 0, 0];
    return cell.map((n, axis) => Math.min(n, size(stack)[axis] - 1));
  }

  setCursor(name, cell) {
    this.#cursors.set(name, cell);
  }

  /** Escape: nothing plays, is drawn, picked or answered. Was there anything of it? */
  letGo() {
    const { playing, penDown, pick, answer } = this.state;
    if (playing || penDown) {
      this.player.stop();
      this.change({ penDown: false });
      return true;
    }
    this.choose("");
    return pick !== "" || answer !== "";
  }

  wish({ dataset, type, checked, value }) {
    if (type === "button") {
      return { do: dataset.do };
    }
    const wish = { do: dataset.do, value: type === "checkbox" ? checked : value };
    return dataset.at ? { ...wish, at: dataset.at } : wish;
  }

  end() {
    this.#attend("gone");
    super.end();
  }

  knows(book, wish) {
    return knownOfMaps(book, this.texts.values.predict, wish);
  }

  answered() {
    this.controls.showValues(this.texts.values);
  }

  count() {
    return this.texts.says.length;
  }

  place() {
    return this.state.at;
  }

  /** @param {number} at */
  go(at) {
    this.change({ at, answer: "" });
  }
}

/**
 * What anywidget and a static page call.
 * @param {{model: import("../shared/view.js").Model, el: HTMLElement}} place
 * @returns {() => void} what ends it
 */
export function render({ model, el }) {
  const view = new Maps(model, el);
  return () => view.end();
}
