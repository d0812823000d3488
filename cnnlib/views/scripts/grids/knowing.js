import { filled, toldOfCells, toldOfNumber } from "../shared/book.js";
import { label } from "./scene.js";

const PLACE = /(<td data-cell=.*?<\/td>)/s; // as book.PLACE in Python

/**
 * What Python would answer to a wish, and the scene that it would send: both from the book.
 * @param {import("../shared/book.js").Book} book
 * @param {import("./scene.js").Scene} scene
 * @param {object} wish
 * @returns {{ok: boolean, why: string, changes: object} | null} null for what only Python can do
 */
export function knownOfGrids(book, scene, wish) {
  const { stories } = scene.links;
  const asked = new Map(Object.keys(book.numbers).map((key) => [key, stories[key].asks ?? ""]));
  const all = (asks) => new Map([...asked.keys()].map((key) => [key, asks]));
  const one = (asks) => new Map(asked).set(wish.cell, asks);
  const done = (now, why = "") => ({ ok: true, why, changes: { scene: shown(book, scene, now) } });
  const judged = ({ ok, right, why }, asks) => (right ? done(one(asks), why) : kept(ok, why));
  const [first] = Object.keys(book.asks);
  if (wish.do === "predict") {
    return done(all(scene.hidden ? "" : first));
  }
  if (wish.do === "reset" && book.lesson) {
    return done(all(book.lesson === "asked" ? first : ""));
  }
  if (!asked.get(wish.cell)) {
    return null;
  }
  switch (wish.do) {
    case "show":
      return done(one(""));
    case "show_cells":
      return done(one("number"));
    case "guess":
      return judged(numberTold(book, wish), "");
    case "guess_cells":
      return judged(cellsTold(book, wish), "number");
    default:
      return null;
  }
}

function kept(ok, why) {
  return { ok, why, changes: {} };
}

function numberTold({ words, numbers, slips }, { cell, text }) {
  const [right, wrong] = numbers[cell];
  const called = label(cell);
  return toldOfNumber(words.number, text, {
    label: called,
    otherwise: filled(words.otherwise, { label: called }),
    right,
    slips: wrong.map(([slip, value]) => [slips[slip], value]),
  });
}

function cellsTold({ words, cells, sets, slips, sources }, { cell, cells: marked }) {
  const found = new Set(marked.map((key) => sources.indexOf(key)));
  const [right, wrong] = cells[cell];
  const named = wrong.map(([slip, set]) => [slips[slip], new Set(sets[set])]);
  return toldOfCells(words.cells, found, new Set(sets[right]), named);
}

/**
 * The scene in which these cells are asked for, as Python would send it.
 * @param {import("../shared/book.js").Book} book
 * @param {import("./scene.js").Scene} scene  in which others are
 * @param {Map<string, string>} asked  "cells", "number" or "" for each cell
 */
function shown(book, scene, asked) {
  const hidden = [...asked.values()].filter((asks) => asks).length;
  const told = book.stories ?? scene.told ?? scene.links.stories;
  const pairs = [...asked].map(([key, asks]) => [key, story(book, told, key, asks)]);
  const stories = hidden ? Object.fromEntries(pairs) : told;
  const html = htmlOf(book, scene.html, asked, hidden);
  return { ...scene, hidden, told, html, links: { ...scene.links, stories } };
}

function story(book, told, key, asks) {
  if (!asks) {
    const { show, ...rest } = told[key];
    return rest;
  }
  const open = book.asks[asks];
  const called = { label: label(key) };
  const found = asks === "number" ? (book.sets[book.cells[key]?.[0]] ?? []) : [];
  const marked = found.map((n) => book.sources[n]);
  return {
    ...open,
    say: filled(open.say, called),
    formula: filled(open.formula, called),
    marked,
  };
}

function htmlOf(book, html, asked, hidden) {
  const pieces = html.split(PLACE);
  for (const [key, edits] of Object.entries(book.html)) {
    const open = key ? asked.get(key) : hidden;
    for (const [n, before, after] of edits) {
      pieces[n] = open ? before : after;
    }
  }
  return pieces.join("");
}
