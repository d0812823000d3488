/**
 * What selecting a cell tells.
 * @typedef {object} Story
 * @property {number[]} terms   the terms that take part
 * @property {string} formula   HTML, each term in a span with its number as data-term
 * @property {string} say       the sentence
 * @property {number} line      the line of code at work
 * @property {string[]} seen    cells that are looked at and hold no variable
 * @property {[number, string[]]} [badge]  a column of the terms, and a text for each term's cell
 * @property {Object<string, string>} [laid]  texts on cells that hold no variable
 * @property {Object<string, string[]>} [show]  what other grids show meanwhile, cell by cell
 * @property {"cells" | "number"} [asks]  what the reader is asked: then the story tells nothing
 * @property {string[]} [marked]  the cells that take part, once the reader has found them
 */

/**
 * What Python sends. A key "x:1,0" names the cell x[1,0]; a term is [receiver, factor, factor],
 * keys of cells, "" for none.
 * @typedef {object} Scene
 * @property {string} html
 * @property {{terms: string[][], written: number[], stories: Object<string, Story>,
 *   first: string}} links  written: the columns of the factors, in the order of the equation
 * @property {{name: string, label: string, value: string, options: string[]}[]} controls
 * @property {string} target   the grid that may be predicted, or ""
 * @property {string} source   the grid whose cells are marked before that, or ""
 * @property {number} hidden   how many of its cells wait for a guess
 * @property {Map<string, string[]>} walks  for each grid its cells with a story, in walking order
 */

/**
 * The grid that a cell belongs to.
 * @param {string} key
 */
export function gridOf(key) {
  return key.slice(0, key.indexOf(":"));
}

/**
 * What the reader calls a cell.
 * @param {string} key
 */
export function label(key) {
  return `${key.replace(":", "[")}]`;
}

/**
 * The scene that was sent: from a notebook as one text, which travels fastest.
 * @param {string | object} sent
 * @returns {Scene}
 */
export function readScene(sent) {
  const scene = typeof sent === "string" ? JSON.parse(sent) : sent;
  const walks = new Map();
  for (const key of Object.keys(scene.links.stories)) {
    const grid = gridOf(key);
    if (!walks.has(grid)) {
      walks.set(grid, []);
    }
    walks.get(grid).push(key);
  }
  return { ...scene, walks };
}
