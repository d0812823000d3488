import { make, options } from "../shared/dom.js";
import { SPEEDS } from "../shared/player.js";

const HINT = "point, click, or arrow keys · Enter pins, Esc lets go";
const EDITS = " · type into ✎ grids"; // where Python is

/** The bar of an explorer on grids: native controls, and one switch for each that Python names. */
export class Bar {
  #told = "";

  constructor() {
    this.pin = play("pin", "Pin", "Enter pins the selection, Escape lets go");
    this.predict = wish("predict", "Predict", "hide the results, and guess them first");
    this.check = play("check", "Check", "are these the cells? Enter asks, too");
    this.reveal = wish("show", "Show", "show the answer without a guess");
    this.count = control("span", { play: "count" }, { className: "lk-count" });
    this.switches = make("span", { className: "lk-switches" });
    const more = make(
      "div",
      { className: "ex-bar ex-more", hidden: true },
      make("label", {}, "cell ", control("input", { play: "range" }, { type: "range", min: 0 })),
      make("label", {}, "speed ", speeds()),
      this.pin,
      wish("reset", "Reset", "bring the lesson’s numbers back"),
      larger(),
      make("span", { className: "lk-hint" }, HINT, make("span", { className: "lk-edits" }, EDITS)),
    );
    this.element = make(
      "div",
      { className: "ex-bar lk-bar" },
      play("back", "◀ Back", "the cell before"),
      play("play", "▶ Play", "walk through all cells in order"),
      play("step", "Step ▶", "the next cell"),
      this.count,
      this.predict,
      this.check,
      this.reveal,
      this.switches,
      moreButton(),
      more,
    );
  }

  /**
   * Show the switches of a scene; they are made anew where their choices are new.
   * @param {import("./scene.js").Scene} scene
   */
  show(scene) {
    this.predict.hidden = !scene.target;
    this.predict.setAttribute("aria-pressed", String(scene.hidden > 0));
    this.count.hidden = scene.hidden > 0; // what is asked needs its room: the bar keeps its lines
    const told = JSON.stringify(scene.controls.map((one) => [one.name, one.label, one.options]));
    if (told !== this.#told) {
      this.#told = told;
      const focus = document.activeElement;
      const name = this.switches.contains(focus) ? focus.name : "";
      this.switches.replaceChildren(...scene.controls.map(switchOf));
      if (name) {
        this.#switch(name)?.focus({ preventScroll: true });
      }
    }
    for (const { name, value } of scene.controls) {
      this.#switch(name).value = value;
    }
  }

  /**
   * @param {string} asks  "cells", "number" or ""
   * @returns {boolean} has a button gone that had the focus?
   */
  showQuestion(asks) {
    const focused = [this.check, this.reveal].find((one) => one === document.activeElement);
    this.check.hidden = asks !== "cells";
    this.reveal.hidden = !asks;
    return focused?.hidden ?? false;
  }

  /** @param {boolean} pinned */
  showPin(pinned) {
    this.pin.setAttribute("aria-pressed", String(pinned));
    this.pin.textContent = pinned ? "Let go" : "Pin";
  }

  #switch(name) {
    return this.switches.querySelector(`[name="${name}"]`);
  }
}

/**
 * What a control asks of Python.
 * @param {HTMLInputElement} control
 * @param {string} pick  the picked cell
 * @param {string} asks  what is asked about it
 */
export function wishOf({ dataset, name, value }, pick, asks) {
  const wishes = {
    set: { do: "set", name, value },
    show: { do: asks === "cells" ? "show_cells" : "show", cell: pick },
  };
  return wishes[dataset.do] ?? { do: dataset.do };
}

function control(tag, data, props, ...kids) {
  const element = make(tag, props, ...kids);
  Object.assign(element.dataset, data);
  return element;
}

/** A button that the page itself obeys. */
function play(name, textContent, title) {
  return control("button", { play: name }, { type: "button", textContent, title });
}

/** A button that asks Python. */
function wish(name, textContent, title) {
  return control("button", { do: name }, { type: "button", textContent, title });
}

function speeds() {
  return control("select", { play: "speed" }, {}, ...options(Object.keys(SPEEDS), "normal"));
}

function moreButton() {
  const button = play("more", "…", "speed, pin, reset, larger type, and the keys");
  button.setAttribute("aria-label", "more controls");
  button.setAttribute("aria-expanded", "false");
  return button;
}

function larger() {
  const button = play("large", "A+", "larger type");
  button.setAttribute("aria-label", "larger type");
  return button;
}

function switchOf({ name, label, options: texts }) {
  const select = control("select", { do: "set" }, { name }, ...options(texts));
  return make("label", {}, `${label} `, select);
}
