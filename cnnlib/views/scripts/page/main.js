const NEEDS = "This needs a running notebook: here the page only shows what was computed before.";

/**
 * The model of an explorer on a static page: it has what was computed before, and answers every
 * wish that it cannot fulfil it.
 * @param {string} text  its state as JSON; bytes as {"bytes64": text}
 * @returns {import("../shared/view.js").Model}
 */
export function staticModel(text) {
  const state = JSON.parse(text, revive);
  const heard = {};
  const tell = (name, value) => {
    for (const hear of heard[name] ?? []) {
      hear(value);
    }
  };
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      tell(`change:${name}`, value);
    },
    save_changes() {},
    send: ({ id, cell }) => {
      setTimeout(() => tell("msg:custom", { id, cell, why: NEEDS, ok: false }));
    },
    on(name, hear) {
      heard[name] = [...(heard[name] ?? []), hear];
    },
    off(name, hear) {
      heard[name] = (heard[name] ?? []).filter((other) => other !== hear);
    },
  };
}

/** Bytes travel as text. */
function revive(_, value) {
  if (value?.bytes64 === undefined) {
    return value;
  }
  return Uint8Array.from(atob(value.bytes64), (letter) => letter.charCodeAt(0));
}
