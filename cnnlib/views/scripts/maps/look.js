import { cellOf } from "./stacks.js";

/**
 * A rectangle of cells that is marked in a stack.
 * @typedef {object} Mark
 * @property {string} name  the stack
 * @property {string} kind  "own": the cell that is told of; "around": an outline around it;
 *   "on": of the lit term; else a window
 * @property {import("./stacks.js").Cell} cell  its first cell
 * @property {number} rows
 * @property {number} columns
 */

/**
 * What is to be seen of maps.
 * @typedef {object} Look
 * @property {number} at         the step
 * @property {string} say        the sentence line
 * @property {string} cell       the line of the cell that is told of, with its number
 * @property {{text: string, x: number, y: number} | null} tip  beside the pointer
 * @property {string | null} formula  HTML; null where there is none
 * @property {Object<string, string>} each  HTML of the parts that each step has its own of
 * @property {Mark[]} marks
 * @property {string} term       the term of the formula that is lit, as its data-cells, or ""
 * @property {string[]} entries  the typed numbers of that term, as keys
 * @property {string[]} spoken
 * @property {{place: number, count: number, name: string, told: string}} walk
 */

export const WAIT = "…";
const LATE = "The formula comes from Python, which does not answer.";
const UNRUN = "Run this page to see how this number is made: the formula comes from Python.";

/**
 * What is to be seen follows from what was recorded, from Python's texts and from the state.
 * @param {import("./stacks.js").Recorded} recorded
 * @param {{says: string[], parts: Object<string, string | string[]>, of: string}} texts
 * @param {import("../shared/view.js").State} state
 * @returns {Look}
 */
export function mapsLook(recorded, texts, state) {
  const { at } = state;
  const hovered = state.hover?.cell ? cellOf(recorded.stacks, state.hover.cell) : null;
  const picked = cellOf(recorded.stacks, state.pick);
  const shown = hovered ?? picked;
  const cell = shown ? recorded.text(shown.stack, shown.cell, at) : "";
  const formula = formulaOf(texts, state, at);
  const term = termOf(formula ?? "", state.hover, shown);
  const told = texts.says[at] ?? "";
  const say = state.answer || told;
  return {
    at,
    say,
    cell,
    tip: hovered ? { text: cell, x: state.hover.x, y: state.hover.y } : null,
    formula,
    each: eachOf(texts.parts, at),
    marks: [...marksOf(recorded.stacks, shown), ...termMarks(recorded.stacks, term)],
    term,
    entries: keysOf(term).filter((key) => !cellOf(recorded.stacks, key)),
    spoken: spokenOf(recorded, told, picked, state),
    walk: { place: at, count: texts.says.length, name: "", told },
  };
}

/** A part may have another text at each step. */
function eachOf(parts, at) {
  const each = Object.entries(parts).filter(([, texts]) => Array.isArray(texts));
  return Object.fromEntries(each.map(([name, texts]) => [name, texts[at] ?? texts.at(-1)]));
}

/** The formula may be about another cell or step: then Python has to write a new one. */
function formulaOf({ parts, of }, { pick, late, gone, stored }, at) {
  if (parts.formula === undefined || of === `${pick}@${at}`) {
    return parts.formula ?? null;
  }
  if (stored) {
    return UNRUN;
  }
  return late || gone ? LATE : WAIT;
}

/** The term that is pointed at, or that holds the cell or the entry that is told of. */
function termOf(formula, hover, shown) {
  const terms = [...formula.matchAll(/data-cells="([^"]*)"/g)].map((found) => found[1]);
  if (hover?.term !== undefined) {
    return terms.includes(hover.term) ? hover.term : "";
  }
  const key = hover?.entry ?? (shown ? `${shown.name}:${shown.cell}` : "");
  return terms.find((cells) => keysOf(cells).includes(key)) ?? "";
}

/** The cell itself, and the windows of other stacks that it meets. */
function marksOf(stacks, shown) {
  if (!shown) {
    return [];
  }
  const { name, stack, cell } = shown;
  const marks = [{ name, kind: "own", cell, rows: 1, columns: 1 }, ...aroundOf(shown)];
  for (const [other, [byRow, byColumn]] of Object.entries(stack.windows)) {
    const [row, rows] = byRow[cell[1]];
    const [column, columns] = byColumn[cell[2]];
    const count = rows && columns ? (stacks[other]?.count ?? 0) : 0;
    const all = [...Array(count).keys()];
    for (const map of stack.same && count ? [cell[0]] : all) {
      marks.push({ name: other, kind: `window ${map}`, cell: [map, row, column], rows, columns });
    }
  }
  return marks;
}

/** The same outline around the cell in each picture that it is marked in. */
function aroundOf({ name, stack, cell }) {
  if (!stack.around) {
    return [];
  }
  const [byRow, byColumn] = stack.around;
  const [row, rows] = byRow[cell[1]];
  const [column, columns] = byColumn[cell[2]];
  const all = rows && columns ? [name, ...Object.keys(stack.windows)] : [];
  const mark = { kind: "around", cell: [cell[0], row, column], rows, columns };
  return all.map((other) => ({ name: other, ...mark }));
}

function termMarks(stacks, term) {
  return keysOf(term)
    .map((key) => cellOf(stacks, key))
    .filter((found) => found)
    .map(({ name, cell }) => ({ name, kind: "on", cell, rows: 1, columns: 1 }));
}

/** The keys of a term's cells and entries. */
function keysOf(term) {
  return term ? term.split(" ") : [];
}

function spokenOf(recorded, told, picked, { at, penDown }) {
  const cell = picked ? recorded.text(picked.stack, picked.cell, at) : "";
  return [told, cell, penDown ? "pen down" : "pen up"];
}
