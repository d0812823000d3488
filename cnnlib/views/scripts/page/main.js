import { revive } from "../shared/book.js";

const NEEDS = "This needs a running notebook: here the page only shows what was computed before.";

/**
 * The model of an explorer on a static page: it has what was computed before.
 * @param {string} text  its state as JSON; bytes as {"bytes64": text}
 * @returns {import("../shared/view.js").Model}
 */
export function staticModel(text) {
  const state = JSON.parse(text, revive);
  const heard = {};
  return {
    away: NEEDS,
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const hear of heard[`change:${name}`] ?? []) {
        hear(value);
      }
    },
    save_changes() {},
    send() {},
    on(name, hear) {
      heard[name] = [...(heard[name] ?? []), hear];
    },
    off(name, hear) {
      heard[name] = (heard[name] ?? []).filter((other) => other !== hear);
    },
  };
}
