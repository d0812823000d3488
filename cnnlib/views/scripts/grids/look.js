import { gridOf, label } from "./scene.js";

/**
 * What is to be seen of a scene.
 * @typedef {object} Look
 * @property {string} pick
 * @property {import("./scene.js").Story} story
 * @property {Map<string, Set<string>>} lit  cells -> how they are lit
 * @property {number[]} pointed  terms of the formula that are lit
 * @property {string} asks       what the reader is asked: "cells", "number" or ""
 * @property {string} say        the sentence line
 * @property {string[]} spoken   what a screen reader is to hear of
 * @property {string[]} busy     cells whose new number is with Python
 * @property {{place: number, count: number, name: string, told: string}} walk
 */

/**
 * What is to be seen follows from the scene and the state, and from nothing else.
 * @param {import("./scene.js").Scene} scene
 * @param {import("../shared/view.js").State} state
 * @param {(key: string) => string} textOf  the number that a cell shows, "" where it has no place
 * @returns {Look}
 */
export function gridLook(scene, state, textOf) {
  const { terms, written, stories } = scene.links;
  const story = stories[state.pick];
  const pointed = pointedAt(scene.links, state);
  const one = pointed.length === 1 ? factors(terms[pointed[0]], written, textOf) : "";
  const marked = story.asks === "cells" ? state.marked : (story.marked ?? []);
  const told = one || story.say + counted(story, marked);
  return {
    pick: state.pick,
    story,
    asks: story.asks ?? "",
    lit: litCells(terms, story, state.pick, pointed, marked),
    pointed,
    say: answered(state.answer, story.asks ? story.say : "", told),
    spoken: [told],
    busy: state.waiting.map(({ cell }) => cell),
    walk: walkOf(scene, state.pick),
  };
}

/**
 * The terms of the story that the pointer or the focus is on. An explorer that is not pinned picks
 * the cells it is pointed at, so pointing says no more of them; and a play tells its own story.
 */
function pointedAt({ terms, stories }, { pick, hover, pinned, playing }) {
  const story = stories[pick];
  if (!hover || playing) {
    return [];
  }
  if (hover.cell === undefined) {
    return story.terms.filter((id) => id === hover.term);
  }
  if (hover.cell === pick || (!pinned && Object.hasOwn(stories, hover.cell))) {
    return [];
  }
  return story.terms.filter((id) => terms[id].includes(hover.cell));
}

/** One term in words: net[0,0]  gets  w[0,0] = 2  times  x[0,0] = 1. */
function factors(term, written, textOf) {
  const named = written
    .map((column) => term[column])
    .filter((key) => key)
    .map((key) => {
      const text = textOf(key);
      return text ? `${label(key)} = ${text}` : label(key);
    });
  return `${label(term[0])}  gets  ${named.join("  times  ")}`;
}

/** An answer, and the question that is still open; or what there is to tell. */
function answered(answer, open, told) {
  return answer ? `${answer} ${open}`.trim() : told;
}

/** How many cells the reader has marked so far, in words. */
function counted({ asks }, { length }) {
  return asks === "cells" && length ? ` ${length} marked.` : "";
}

/** The cells that light up. Column 0 of a term receives, columns 1 and 2 are its factors. */
function litCells(terms, story, pick, pointed, marked) {
  const lit = new Map();
  const light = (key, name) => {
    if (!lit.has(key)) {
      lit.set(key, new Set());
    }
    lit.get(key).add(name);
  };
  for (const key of story.seen) {
    light(key, "lk-seen");
  }
  for (const id of story.terms) {
    for (const [column, key] of terms[id].entries()) {
      light(key, `lk-${column}`);
    }
  }
  for (const key of marked) {
    light(key, "lk-marked");
  }
  light(pick, "lk-pick");
  for (const id of pointed) {
    for (const [column, key] of terms[id].entries()) {
      light(key, `lk-on${column}`);
    }
  }
  lit.delete("");
  return lit;
}

/** Where the picked cell stands in the walk through its grid. */
function walkOf({ walks }, pick) {
  const walk = walks.get(gridOf(pick));
  const place = walk.indexOf(pick);
  return {
    place,
    count: walk.length,
    name: `cell of ${gridOf(pick)}`,
    told: `${label(pick)}, ${place + 1} of ${walk.length}`,
  };
}
