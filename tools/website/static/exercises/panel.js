import { make } from "./form.js";
import { checked, textOf } from "./store.js";

const FILE = "cnnlib-progress.json";
const AWAY = "This browser keeps nothing here: your progress lasts until the page is closed.";
const HERE = "It is kept in this browser only.";

/** "Your progress": how much is right on all pages; into a file, out of a file, wiped. */
export class Panel {
  /**
   * @param {HTMLElement} home
   * @param {object[]} exercises  of the keys
   * @param {import("./store.js").Store} store
   * @param {() => void} changed  is called when the progress has changed
   */
  constructor(home, exercises, store, changed) {
    Object.assign(this, { exercises, store, changed });
    this.counts = make("p", {});
    this.said = make("p", { role: "status" });
    this.file = make("input", { type: "file", accept: ".json", hidden: true });
    this.file.setAttribute("aria-label", "A file with progress");
    this.file.addEventListener("change", () => this.#import(this.file.files[0]));
    const buttons = [
      make("button", { textContent: "Export", onclick: () => this.#export() }),
      make("button", { textContent: "Import", onclick: () => this.file.click() }),
      make("button", { textContent: "Wipe", onclick: () => this.#wipe() }),
    ];
    const title = make("h2", { id: "your-progress", textContent: "Your progress" });
    const row = make("div", { className: "row" }, ...buttons, this.file);
    const section = make("section", { className: "progress" }, title, this.counts, row, this.said);
    section.setAttribute("aria-labelledby", title.id);
    home.append(section);
    this.show();
  }

  show() {
    const all = this.store.all();
    const tried = this.exercises.filter(({ name }) => all[name]?.tried);
    const right = tried.filter(({ name }) => all[name].solved ?? all[name].status === "right");
    const where = this.store.kept ? HERE : AWAY;
    const of = this.exercises.length;
    const counts = `${right.length} right, ${tried.length} tried`;
    this.counts.textContent = `${counts}, of the ${of} exercises that these pages judge. ${where}`;
  }

  #export() {
    const blob = new Blob([textOf(this.store.all())], { type: "application/json" });
    const link = make("a", { href: URL.createObjectURL(blob), download: FILE });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    this.said.textContent = `Written: ${FILE}`;
  }

  async #import(file) {
    if (!file) {
      return;
    }
    const found = taken(await file.text());
    const count = Object.keys(found).length;
    this.file.value = "";
    this.said.textContent = count
      ? `Taken from the file: ${count} exercises.`
      : "There is no progress in this file.";
    this.store.put(found);
    this.changed();
  }

  #wipe() {
    if (confirm("Wipe all answers and hints of all pages?")) {
      this.store.wipe();
      this.said.textContent = "Wiped.";
      this.changed();
    }
  }
}

function taken(text) {
  try {
    return checked(JSON.parse(text));
  } catch {
    return {};
  }
}
