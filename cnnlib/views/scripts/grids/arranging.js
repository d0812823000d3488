import { find } from "../shared/dom.js";

/** px: below it a sentence stands under the grids of one line. */
const NARROW = 600;
const NARROW_LARGE = 900; // for larger type

/** Where the texts stand, by the room that there is. */
export class Arranging {
  #width = 0;

  /** @param {import("./main.js").Grids} view */
  constructor(view) {
    this.view = view;
    view.life.resized(view.frame, () => this.#resized());
  }

  /** A frame later, since what is arranged may change the height. */
  #resized() {
    const width = this.view.frame.clientWidth;
    if (width !== this.#width) {
      this.#width = width;
      this.view.life.frame("arrange", () => this.arrange());
    }
  }

  /** The texts stand where there is room for them; where nobody has been, at the last place. */
  arrange() {
    const { view } = this;
    if (!view.frame.clientWidth) {
      return; // hidden, as while a theme comes: nothing has a place
    }
    view.painter.windows.forget();
    const focused = view.frame.contains(document.activeElement) ? document.activeElement : null;
    this.tellUnder(focused?.closest("[data-cell]") ?? view.board.at(view.state.pick).at(-1));
    view.show();
  }

  /**
   * Where there is little room, sentence and formula stand under the line of grids that a place is
   * in; else the sentence stands under all grids, and the formula beside them.
   * @param {HTMLElement | undefined} td
   */
  tellUnder(td) {
    const { frame } = this.view;
    const { say, formula } = this.view.board.part;
    const width = frame.clientWidth;
    if (!width || !td) {
      return;
    }
    if (width < (this.view.state.large ? NARROW_LARGE : NARROW)) {
      const end = endOfLine(td.closest("[data-column]"));
      if (end.nextSibling !== say) {
        end.after(say, formula);
      }
    } else if (say.closest("[data-row]")) {
      frame.querySelector("[data-left]").append(say);
      frame.querySelector("[data-texts]").prepend(formula);
    }
  }
}

/** The last column of grids that stands on the same line as this one. */
function endOfLine(column) {
  const { bottom } = column.getBoundingClientRect();
  const columns = find(column.parentNode, ":scope > [data-column]");
  return columns.findLast((other) => other.getBoundingClientRect().top < bottom);
}
