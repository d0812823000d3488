import { make } from "../shared/dom.js";

/**
 * The frame around the cells of a grid that a step reads: it slides from step to step. The places
 * of cells are measured once, until the page has another layout.
 */
export class SlidingWindows {
  /** @type {Map<HTMLElement, HTMLElement>} grid -> its frame */
  #frames = new Map();
  /** @type {Map<HTMLElement, number[]>} place -> its left, top, right and bottom edge */
  #edges = new Map();

  /** The page has another layout. */
  forget() {
    this.#edges.clear();
  }

  /**
   * Frame these places, in each grid those that stand there.
   * @param {HTMLElement[]} places
   */
  show(places) {
    const grids = Map.groupBy(places, (td) => td.closest("[data-grid]"));
    for (const [grid, frame] of this.#frames) {
      frame.hidden = !grids.has(grid);
    }
    for (const [grid, read] of grids) {
      this.#frame(grid, read);
    }
  }

  #frame(grid, read) {
    const edges = read.map((td) => this.#edgesOf(td));
    const [left, top] = [0, 1].map((side) => Math.min(...edges.map((box) => box[side])));
    const [right, bottom] = [2, 3].map((side) => Math.max(...edges.map((box) => box[side])));
    const { style } = this.#of(grid);
    style.transform = `translate(${left}px, ${top}px)`;
    style.width = `${right - left}px`;
    style.height = `${bottom - top}px`;
  }

  #of(grid) {
    let frame = this.#frames.get(grid);
    if (!frame) {
      frame = make("i", { className: "lk-window" });
      this.#frames.set(grid, frame);
    }
    if (frame.parentNode !== grid) {
      grid.append(frame);
    }
    return frame;
  }

  #edgesOf(td) {
    let edges = this.#edges.get(td);
    if (!edges) {
      let [left, top] = [0, 0];
      for (let e = td; e && !("grid" in e.dataset); e = e.offsetParent) {
        left += e.offsetLeft;
        top += e.offsetTop;
      }
      edges = [left, top, left + td.offsetWidth, top + td.offsetHeight];
      this.#edges.set(td, edges);
    }
    return edges;
  }
}
