import { Form } from "./form.js";
import { Panel } from "./panel.js";
import { Store } from "./store.js";

const store = new Store();
const { exercises } = window.cnnlibKeys;
const known = new Map(exercises.map((exercise) => [exercise.name, exercise]));
const homes = [...document.querySelectorAll("[data-exercise]")];
const panels = [...document.querySelectorAll("[data-progress]")].map(
  (home) => new Panel(home, exercises, store, showAll),
);
const forms = homes
  .filter((home) => known.has(home.dataset.exercise))
  .map((home) => new Form(home, known.get(home.dataset.exercise), store, showPanels));

function showPanels() {
  for (const panel of panels) {
    panel.show();
  }
}

function showAll() {
  for (const one of [...forms, ...panels]) {
    one.show();
  }
}

// another page of the course, in another tab
window.addEventListener("storage", showPanels);
