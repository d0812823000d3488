import { View } from "../shared/view.js";
import { Arranging } from "./arranging.js";
import { Bar, wishOf } from "./bar.js";
import { Board } from "./board.js";
import { Drag } from "./drag.js";
import { Editing } from "./editing.js";
import { Hands } from "./hands.js";
import { GridKeys } from "./keys.js";
import { gridLook } from "./look.js";
import { Marking } from "./marking.js";
import { GridPainter } from "./paint.js";
import { gridOf, readScene } from "./scene.js";

const READING = 6000; // ms

/**
 * An explorer on grids of numbers: what the reader's hands do to a scene made by Python. Every text
 * and every link of the lesson comes in the model's "scene"; "pick" is the key of the picked cell.
 */
export class Grids extends View {
  /**
   * @param {import("../shared/view.js").Model} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    super(model, el, "lk", { pinned: false, marked: [] });
    this.board = new Board(this.frame);
    this.painter = new GridPainter(this.board);
    this.bar = new Bar();
    this.editing = new Editing(this);
    this.drag = new Drag(this);
    this.marking = new Marking(this);
    this.waits = () => this.marking.waits; // a play goes no further than a question
    this.gridKeys = new GridKeys(this);
    this.hands = new Hands(this);
    this.arranging = new Arranging(this);
    this.life.follow(model, "change:scene", () => this.update());
    this.life.follow(model, "change:pick", () => this.follow());
    this.update();
  }

  /** A new scene came from Python. */
  update() {
    const asked = this.scene?.hidden > 0;
    this.scene = readScene(this.model.get("scene"));
    this.updating = true;
    const anew = this.board.update(this.scene.html, this.bar.element);
    if (anew) {
      this.controls.gather();
      this.painter.windows.forget();
    }
    this.bar.show(this.scene);
    this.editing.refresh();
    this.updating = false;
    const keys = [this.latest("pick"), this.state.pick, this.scene.links.first];
    const pick = keys.find((key) => this.tells(key));
    const asking = this.scene.hidden > 0 && (anew || !asked); // new questions: nothing of the old
    const marked = pick === this.state.pick && !asking ? this.state.marked : [];
    this.change({ pick, marked, pinned: this.state.pinned && !asking, answer: "" });
    if (anew || asking) {
      this.arranging.arrange();
    }
  }

  /** The pick was changed from elsewhere; a scene that has it may come with it. */
  follow() {
    const key = this.model.get("pick");
    this.life.drop("pick"); // what came last holds
    if (key !== this.state.pick && this.tells(key)) {
      this.player.stop();
      this.select(key);
    }
  }

  look() {
    return gridLook(this.scene, this.state, (key) => this.board.text(key));
  }

  paint(look) {
    this.bar.showPin(this.state.pinned);
    this.painter.paint(look, this.scene.links.terms);
    this.marking.show(look);
  }

  keys(event) {
    return this.gridKeys.press(event);
  }

  /** Has a cell a story? */
  tells(key) {
    return Object.hasOwn(this.scene.links.stories, key);
  }

  /** Pick a cell, if it has a story; an answer about another one has had its time. */
  select(key, patch = {}) {
    const { pick, answer, marked } = this.state;
    const kept = key === pick ? { answer, marked } : { answer: "", marked: [] };
    this.change(this.tells(key) ? { pick: key, ...kept, ...patch } : patch);
  }

  /** The pointer passes over a cell. An answer is not lost by that while it is being read. */
  pass(key) {
    if (this.scene.hidden) {
      this.lookAt({ cell: key }); // on the way to the cells that are marked, the question stays
      return;
    }
    this.visit(key, this.life.runs("reading") ? { answer: this.state.answer } : {});
  }

  /** The pointer or the focus reaches a cell: it is picked, or looked at inside a pinned story. */
  visit(key, patch = {}) {
    if (this.state.pinned) {
      this.lookAt({ cell: key });
    } else if (!this.updating) {
      this.select(key, { ...patch, hover: { cell: key } });
    }
  }

  /** Enter, space or a click: pin the cell; or let go, if it is pinned. */
  choose(key) {
    const hover = { cell: key };
    if (this.marking.takes(key)) {
      this.marking.toggle(key);
    } else if (this.tells(key) && this.scene.hidden) {
      this.select(key, { hover });
    } else if (this.tells(key)) {
      const pinned = !(this.state.pinned && key === this.state.pick);
      this.select(key, { hover, pinned, answer: "" });
    } else {
      this.lookAt(hover);
    }
  }

  /** Escape: nothing plays, is pinned, pointed at or answered. Was there anything of it? */
  letGo() {
    const { pinned, playing, answer } = this.state;
    this.player.stop();
    this.change({ pinned: false, hover: null, answer: "" });
    return pinned || playing || answer !== "";
  }

  press(name) {
    if (name === "check") {
      this.marking.check();
    } else if (name === "pin") {
      this.change({ pinned: !this.state.pinned });
    } else {
      super.press(name);
    }
    if (name === "large") {
      this.arranging.arrange(); // all places are new
    }
  }

  wish(control) {
    return wishOf(control, this.state.pick, this.marking.asks);
  }

  answered({ why }) {
    const { pick } = this.state;
    this.board.part.say.scrollIntoView({ block: "nearest" });
    this.bar.show(this.scene);
    this.life.drop("reading");
    if (why) {
      this.life.later("reading", READING, () => {
        if (this.state.pick !== pick) {
          this.change({ answer: "" });
        }
      });
    }
  }

  count() {
    return this.#walk.length;
  }

  place() {
    return this.#walk.indexOf(this.state.pick);
  }

  /** @param {number} place */
  go(place) {
    this.select(this.#walk[place]);
  }

  /** The cells of the grid that is walked through. */
  get #walk() {
    return this.scene.walks.get(gridOf(this.state.pick));
  }
}

/**
 * What anywidget and a static page call.
 * @param {{model: import("../shared/view.js").Model, el: HTMLElement}} place
 * @returns {() => void} what ends it
 */
export function render({ model, el }) {
  const view = new Grids(model, el);
  return () => view.end();
}
