const FAR = 1e6;
/** What each key adds to [map, row, column]. */
const MOVES = {
  ArrowLeft: [0, 0, -1],
  ArrowRight: [0, 0, 1],
  ArrowUp: [0, -1, 0],
  ArrowDown: [0, 1, 0],
  Home: [0, 0, -FAR],
  End: [0, 0, FAR],
  PageUp: [-1, 0, 0],
  PageDown: [1, 0, 0],
};
/** With Ctrl: to the first and to the last cell of the map. */
const FAR_MOVES = { Home: [0, -FAR, -FAR], End: [0, FAR, FAR] };

/**
 * Let `handle` have the keys pressed inside `root`. JupyterLab reads single keys anywhere in a
 * notebook, so they stay inside; its own are what Ctrl and Meta make, an unused Escape and
 * Shift+Enter. Notebook 7 reads them on their way down to what has the focus, but not where an
 * attribute forbids it.
 * @param {import("./lifetime.js").Lifetime} life
 * @param {HTMLElement} root
 * @param {(event: KeyboardEvent) => boolean} handle  was the key used?
 */
export function keepKeys(life, root, handle) {
  const shield = ({ target }, shut) => target.toggleAttribute("data-lm-suppress-shortcuts", shut);
  const before = (event) => root.contains(event.target) && shield(event, !theirs(event));
  life.listen(window, "keydown", before, true);
  life.listen(root, "keydown", (event) => {
    shield(event, false);
    const used = handle(event);
    if (used) {
      event.preventDefault();
    }
    if (used || !theirs(event)) {
      event.stopPropagation();
    }
  });
}

/**
 * Is it a key that this page never reads, because it belongs to the browser or to JupyterLab?
 * @param {KeyboardEvent} event
 */
export function foreign(event) {
  const far = event.key in FAR_MOVES;
  return event.altKey || event.metaKey || (event.ctrlKey && !far) || runsCell(event);
}

/** Is it a key that means something to JupyterLab, wherever in the page it is pressed? */
function theirs(event) {
  const own = event.ctrlKey && event.key in FAR_MOVES;
  const told = event.ctrlKey || event.metaKey || event.key === "Escape" || runsCell(event);
  return told && !own;
}

/** Shift+Enter runs the notebook's cell. */
function runsCell(event) {
  return event.shiftKey && event.key === "Enter";
}

/**
 * Where a key leads from `place`: the edges hold; null when it leads nowhere.
 * @param {KeyboardEvent} event
 * @param {number[]} place  [map, row, column]
 * @param {number[]} size   how many of each there are
 * @returns {number[] | null}
 */
export function moved(event, place, size) {
  const by = (event.ctrlKey ? FAR_MOVES : MOVES)[event.key];
  if (!by || (by[0] && size[0] === 1)) {
    return null; // with one map only, PageUp and PageDown scroll the notebook
  }
  return place.map((at, axis) => Math.min(Math.max(at + by[axis], 0), size[axis] - 1));
}
