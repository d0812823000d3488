import { find, make, partsOf, write, writeHtml } from "../shared/dom.js";
import { Marks } from "../shared/marks.js";
import { apart } from "./stacks.js";

const BESIDE = 14; // pixels from the pointer to the tip
const EDGE = 4;

/** Puts a look on the page; what is there already is not touched. */
export class MapsPainter {
  #marks = new Marks();
  #painted = "";
  #recorded = null;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} frame
   * @param {import("./sheets.js").Sheets} sheets
   */
  constructor(root, frame, sheets) {
    this.frame = frame;
    this.root = root;
    this.sheets = sheets;
    this.tip = make("output", { className: "mp-tip", hidden: true });
    this.tip.setAttribute("aria-hidden", "true");
    root.append(this.tip);
  }

  /** Write a new page; the focus stays on the control or the picture that it was on. */
  build({ page, stacks }) {
    const focus = document.activeElement;
    const name = this.frame.contains(focus) ? placeOf(focus) : null;
    if (!writeHtml(this.frame, page.html)) {
      return;
    }
    this.part = partsOf(this.frame);
    this.sheets.gather(this.frame, stacks);
    this.#recorded = null;
    if (name) {
      const all = find(this.frame, "[data-do], [data-play], canvas");
      all.find((e) => placeOf(e) === name)?.focus({ preventScroll: true });
    }
  }

  /**
   * @param {import("./look.js").Look} look
   * @param {import("./stacks.js").Recorded} recorded
   */
  paint(look, recorded) {
    if (this.#recorded !== recorded || this.#painted !== look.at) {
      this.sheets.paint(recorded, look.at);
      this.#recorded = recorded;
      this.#painted = look.at;
    }
    write(this.part.say, look.say);
    write(this.part.cell ?? null, look.cell);
    if (this.part.formula && look.formula !== null) {
      writeHtml(this.part.formula, look.formula);
    }
    this.paintParts(look.each);
    this.sheets.mark(look.marks);
    this.#paintTerm(look);
    this.#paintTip(look.tip);
  }

  /** The texts that Python sends beside the sentences and the formula; of one step, in a list. */
  paintParts(parts) {
    for (const [name, html] of Object.entries(parts)) {
      const element = name === "formula" || Array.isArray(html) ? null : this.part[name];
      const focused = element?.contains(document.activeElement);
      if (element && writeHtml(element, html) && focused) {
        const next = element.querySelector("[data-do]") ?? this.frame.querySelector("[data-do]");
        next?.focus({ preventScroll: true });
      }
    }
  }

  /** A term of the formula lights together with the numbers that were typed for it. */
  #paintTerm({ term, entries }) {
    const wanted = new Map();
    if (term) {
      const light = (selector) => {
        for (const element of find(this.frame, selector)) {
          wanted.set(element, new Set(["mp-on"]));
        }
      };
      light(`[data-cells="${CSS.escape(term)}"]`);
      for (const [name, index] of entries.map(apart)) {
        light(`[data-do="${CSS.escape(name)}"][data-at="${CSS.escape(index)}"]`);
      }
    }
    this.#marks.wear(wanted);
  }

  /** The number under the pointer stands beside it, inside the explorer. */
  #paintTip(tip) {
    this.tip.hidden = tip === null;
    if (tip === null) {
      return;
    }
    write(this.tip, tip.text);
    const box = this.root.getBoundingClientRect();
    const wide = box.width - this.tip.offsetWidth - EDGE;
    const left = Math.max(0, Math.min(tip.x + BESIDE - box.left, wide));
    const high = this.tip.offsetHeight;
    const below = tip.y + BESIDE + EDGE - box.top;
    const top = below + high + EDGE > box.height ? tip.y - box.top - high - BESIDE : below;
    this.tip.style.transform = `translate(${left}px, ${top}px)`;
  }
}

/** What names an element from page to page. */
function placeOf(element) {
  const { do: name, play, at } = element.dataset;
  return [element.tagName, name, play, at, element.parentNode?.dataset.sheet].join();
}
