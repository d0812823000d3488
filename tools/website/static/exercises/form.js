import { hint, hintText, tried } from "./hints.js";
import { verdict } from "./verdict.js";

const HOW_ID = "how-to-answer";
const HOW = "A number, several with commas between them, rows as [[1, 2], [3, 4]], or words.";

/** A new element with its properties and its children. */
export function make(tag, props = {}, ...kids) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...kids);
  return element;
}

/** The input of one exercise in place of what stands in `home`. */
export class Form {
  /**
   * @param {HTMLElement} home
   * @param {object} exercise  of the keys
   * @param {import("./store.js").Store} store
   * @param {() => void} changed  is called when the progress has changed
   */
  constructor(home, exercise, store, changed) {
    Object.assign(this, { exercise, store, changed });
    this.input = typing(`answer-${exercise.name}`);
    this.said = make("output", { className: "said" });
    this.hinted = make("p", { className: "hint", role: "status" });
    const before = make("div", { hidden: true }, ...home.childNodes);
    home.append(this.#form(), before);
    this.show();
  }

  #form() {
    const { name } = this.exercise;
    const label = make("label", { htmlFor: this.input.id, textContent: `Your answer to ${name}` });
    const how = howOnce();
    this.input.setAttribute("aria-describedby", HOW_ID);
    const ask = make("button", {
      type: "button",
      textContent: "Hint",
      onclick: () => this.#hint(),
    });
    ask.setAttribute("aria-label", `Hint for ${name}`);
    const check = make("button", { textContent: "Check" });
    check.setAttribute("aria-label", `Check ${name}`);
    const row = make("div", { className: "row" }, this.input, check, ask);
    const form = make("form", {}, label, row, ...how, this.said, this.hinted);
    form.addEventListener("submit", (event) => this.#check(event));
    return form;
  }

  #check(event) {
    event.preventDefault();
    const told = verdict(this.exercise, this.input.value);
    const progress = this.store.of(this.exercise.name);
    this.#keep(tried(progress, this.input.value, told));
    this.#say(told);
    if (told.status === "right") {
      this.hinted.textContent = "";
    }
  }

  #hint() {
    const due = hint(this.exercise, this.store.of(this.exercise.name));
    this.#keep(due.progress);
    this.hinted.textContent = [due.text, due.more && `${due.more}.`].filter(Boolean).join("\n");
  }

  #keep(progress) {
    this.store.put({ [this.exercise.name]: progress });
    this.changed();
  }

  #say({ status, text }) {
    this.said.dataset.status = status;
    this.said.textContent = text;
  }

  /** Show what is kept: the last answer with its verdict, and the last hint. */
  show() {
    const { answer, hints } = this.store.of(this.exercise.name);
    this.input.value = answer;
    this.#say(answer ? verdict(this.exercise, answer) : { status: "unanswered", text: "" });
    const shown = Math.min(hints, this.exercise.hints.length);
    this.hinted.textContent = shown ? hintText(this.exercise, shown) : "";
  }
}

/** What may be typed: said once a page, with the first input. */
function howOnce() {
  const told = document.getElementById(HOW_ID);
  return told ? [] : [make("p", { className: "how", id: HOW_ID, textContent: HOW })];
}

function typing(id) {
  const input = make("input", { type: "text", id, autocomplete: "off", spellcheck: false });
  input.inputMode = "text";
  input.enterKeyHint = "done";
  input.autocapitalize = "off";
  input.setAttribute("autocorrect", "off");
  input.maxLength = 500;
  return input;
}
