import { make } from "./form.js";
import { verdictOnHandwritten } from "./handwritten.js";

const WAITING =
  "Nothing is judged before you finish. What you type is kept in this browser, and sent nowhere.";
const VOLATILE = "This browser keeps nothing: save your answers before you close the page.";
const AFTER = "Hand this file in. Then press Wipe, if another student follows at this machine.";
const NAMELESS = "Nothing is saved yet: write your name first.";
const ACTIVE = /^'*[-=+@＝＋－＠]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$/;
const FRESH = { student: "", answers: {}, done: false };

/**
 * A quiz: all answers first, then all verdicts.
 *
 * Places in the page: data-question="1" for each exercise, data-student, data-finish. What is to be
 * seen follows from the state alone: no verdict before the end, no other answer after it.
 */
class Quiz {
  #stored = true;
  #state = FRESH;
  #note = ""; // on the last save

  constructor({ exercises, form, seal }) {
    this.form = form;
    this.seal = seal;
    this.key = `cnnlib-quiz-${seal}-${form}`;
    this.#state = this.#read();
    const { student, answers } = this.#state;
    this.student = this.#input("[data-student]", "Your name", student, (typed) => ({
      student: typed,
    }));
    this.asked = exercises.map((exercise) => {
      const { name } = exercise;
      const home = `[data-question="${name}"]`;
      const take = (typed) => ({ answers: { ...this.#state.answers, [name]: typed } });
      const input = this.#input(home, `Your answer to ${name}`, answers[name], take);
      const said = make("output", { className: "said" });
      document.querySelector(home).append(said);
      return { exercise, input, said };
    });
    this.#addButtons();
    this.#show();
  }

  /** An input with its label; what is typed is kept at once. */
  #input(home, text, value, take) {
    const input = make("input", { type: "text", value: value ?? "", autocomplete: "off" });
    input.maxLength = 200;
    input.addEventListener("input", () => this.#put(take(input.value)));
    document.querySelector(home).append(make("label", { textContent: text }, input));
    return input;
  }

  #addButtons() {
    const button = (textContent, onclick) =>
      make("button", { type: "button", textContent, onclick });
    this.finish = button("Finish", () => this.#finish());
    this.save = button("Save as CSV", () => this.#save());
    const wipe = button("Wipe", () => this.#wipe());
    this.told = make("p", { role: "status" });
    const row = make("div", { className: "row" }, this.finish, this.save, wipe);
    document.querySelector("[data-finish]").append(row, this.told);
  }

  #show() {
    const { done } = this.#state;
    const verdicts = this.asked.map(({ exercise, input }) =>
      verdictOnHandwritten(exercise, input.value),
    );
    for (const [n, { input, said }] of this.asked.entries()) {
      input.readOnly = done;
      said.dataset.status = done ? verdicts[n].status : "unanswered";
      said.textContent = done ? verdicts[n].text : "";
    }
    this.finish.disabled = done;
    const right = verdicts.filter(({ status }) => status === "right").length;
    const result = `${right} of ${verdicts.length} right. Save your answers, and hand the file in.`;
    const parts = [this.#note || (done ? result : WAITING), this.#stored ? "" : VOLATILE];
    this.told.textContent = parts.filter(Boolean).join(" ");
  }

  #finish() {
    const empty = this.asked.filter(({ input }) => !input.value.trim()).length;
    if (!empty || confirm(`Answers that are empty: ${empty}. Finish all the same?`)) {
      this.#put({ done: true });
      this.save.focus(); // what is to be done next; Finish can no longer hold the focus
    }
  }

  #wipe() {
    if (confirm("Wipe your name and all answers?")) {
      for (const input of [this.student, ...this.asked.map((one) => one.input)]) {
        input.value = "";
      }
      this.#put(FRESH);
    }
  }

  #read() {
    try {
      return { ...FRESH, ...JSON.parse(localStorage.getItem(this.key) ?? "{}") };
    } catch {
      return FRESH; // nothing that this page has written, or no storage
    }
  }

  #put(changed) {
    this.#state = { ...this.#state, ...changed };
    this.#note = "";
    try {
      localStorage.setItem(this.key, JSON.stringify(this.#state));
    } catch {
      this.#stored = false;
    }
    this.#show();
  }

  /** Save the answers under the student's name, and tell where they are. */
  #save() {
    const who = this.student.value.trim().replace(/[^\p{L}\p{N}]+/gu, "-");
    if (who) {
      const file = `quiz-${this.form}-${who}.csv`;
      download(file, this.#table());
      this.#note = `Saved as ${file}, where this browser puts downloads. ${AFTER}`;
    } else {
      this.#note = NAMELESS;
      this.student.focus();
    }
    this.#show();
  }

  #table() {
    const columns = ["student", "form", "seal", ...this.asked.map(({ exercise }) => exercise.name)];
    const given = this.asked.map(({ input }) => input.value);
    const lines = [columns, [this.student.value, this.form, this.seal, ...given]];
    return lines.map((line) => line.map(tame).join(",")).join("\r\n");
  }
}

function download(file, text) {
  const blob = new Blob([`\ufeff${text}\r\n`], { type: "text/csv" });
  const link = make("a", { href: URL.createObjectURL(blob), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A cell of a table, in quotes, that no spreadsheet takes for a formula: as teaching/files.py. */
function tame(cell) {
  const tamed = (part) => (ACTIVE.test(part) && !NUMBER.test(part.trim()) ? `'${part}` : part);
  const text = cell.replace(/(\s*)([^;,\t\r\n]+)/g, (_, before, part) => before + tamed(part));
  return `"${text.replaceAll('"', '""')}"`;
}

new Quiz(window.cnnlibQuiz);
