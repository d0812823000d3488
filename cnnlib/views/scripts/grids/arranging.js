import { find, heldStill, near } from "../shared/dom.js";

/** px: below it a sentence stands under the grids of one line. */
const NARROW = 600;
const NARROW_LARGE = 900; // for larger type

/** Where the texts and the bar stand, by the room that there is. */
export class Arranging {
  #room = "";
  #pointed = false; // was the pointer the last that chose a place?

  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
    view.life.resized(view.frame, () => this.#resized());
    view.life.listen(view.root, "pointerdown", () => {
      this.#pointed = true;
    });
    view.life.listen(window, "keydown", (event) => this.#key(event), true);
  }

  /** What is typed into a field says nothing: a finger may have opened it. */
  #key(event) {
    this.#pointed &&= near(event, "input") !== null && event.key !== "Tab";
  }

  /** Is the reader here by keys? A browser thinks so of a finger, too, that has left a field. */
  byKeys(td) {
    return td.matches(":focus-visible") && !this.#pointed;
  }

  /** A frame later, since what is arranged may change the height. */
  #resized() {
    const { frame, life } = this.view;
    const room = `${frame.clientWidth} ${getComputedStyle(frame).fontSize}`;
    if (room !== this.#room) {
      this.#room = room;
      life.frame("arrange", () => this.arrange());
    }
  }

  /** All stands where there is room for it; where no focus is, the texts are at home. */
  arrange() {
    const { view } = this;
    if (!view.frame.clientWidth) {
      return; // hidden, as while a theme comes: nothing has a place
    }
    view.painter.windows.forget();
    const focused = view.frame.contains(document.activeElement) ? document.activeElement : null;
    heldStill(focused, () => {
      this.#placeBar();
      this.tellUnder(focused?.closest("[data-cell]"));
    });
    focused?.focus({ preventScroll: true }); // what is moved loses it
    view.show();
  }

  /** Where the texts stand below the grids the bar comes between, near the question. */
  #placeBar() {
    const bar = this.view.bar.element;
    const { left, texts } = this.#homes;
    bar.style.display = "none"; // it takes a line of its own, which would part the two
    const before = texts.offsetTop >= left.offsetTop + left.offsetHeight ? left : texts;
    bar.style.display = "";
    if (before.nextSibling !== bar) {
      before.after(bar);
    }
  }

  /**
   * Where there is little room, sentence and formula come under the line of grids that a hand is
   * at. Their home is under all grids and beside them, or below the bar; there a finger leaves them
   * while something is asked: marking cells moves nothing.
   * @param {HTMLElement | undefined} td
   */
  tellUnder(td) {
    const { frame, state, scene, board } = this.view;
    const { say, formula } = board.part;
    const { left, texts } = this.#homes;
    const narrow = frame.clientWidth < (state.large ? NARROW_LARGE : NARROW);
    if (td && narrow && (!scene.hidden || this.byKeys(td))) {
      const end = endOfLine(td.closest("[data-column]"));
      if (end.nextSibling !== say) {
        heldStill(td, () => end.after(say, formula));
      }
    } else if (say.parentNode !== left) {
      heldStill(td, () => {
        left.append(say);
        texts.prepend(formula);
      });
    }
  }

  get #homes() {
    const [left, texts] = find(this.view.frame, "[data-left], [data-texts]");
    return { left, texts };
  }
}

/** The last column of grids that stands on the same line as this one. */
function endOfLine(column) {
  const { bottom } = column.getBoundingClientRect();
  const columns = find(column.parentNode, ":scope > [data-column]");
  return columns.findLast((other) => other.getBoundingClientRect().top < bottom);
}
