import { foreign, moved } from "../shared/keyboard.js";
import { size } from "./stacks.js";

const BY = { ArrowUp: 1, ArrowDown: -1 };

/**
 * What the keys do to an explorer of maps.
 * @param {import("./main.js").Maps} view
 * @param {KeyboardEvent} event
 * @returns {boolean} was the key used?
 */
export function pressKey(view, event) {
  if (foreign(event)) {
    return false;
  }
  if (event.key === "Escape") {
    return view.letGo();
  }
  const sheet = view.sheets.under(event);
  if (sheet) {
    return (sheet.stack.pad && useThePen(view, sheet, event)) || walk(view, sheet, event);
  }
  const { do: name, at } = event.target.dataset;
  if (at && event.key in BY) {
    const { value } = event.target;
    view.ask({ do: name, at, value, by: BY[event.key] }); // a number: one more, one less
    return true;
  }
  return false;
}

function useThePen(view, sheet, { key }) {
  if (key === " ") {
    view.pen.toggle(view.cursor(sheet));
    return true;
  }
  if (key === "Delete" || key === "Backspace") {
    view.ask({ do: "clear" });
    return true;
  }
  return false;
}

function walk(view, sheet, event) {
  const to = moved(event, view.cursor(sheet), size(sheet.stack));
  if (!to) {
    return false;
  }
  view.choose(sheet.name, to);
  if (sheet.stack.pad) {
    view.pen.moveTo(to);
  }
  return true;
}
