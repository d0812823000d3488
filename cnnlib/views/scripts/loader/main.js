/** What was imported on this page, by its text: all explorers of a kind share one script. */
globalThis.cnnlibScripts ??= new Map();
const PREFIX = "IPY_MODEL_";

/**
 * The module of a kind of explorer, imported once a page, its style put beside it.
 * @param {string} script
 * @param {string} style
 * @returns {Promise<{default: {render: Function}}>}
 */
function imported(script, style) {
  const known = globalThis.cnnlibScripts;
  if (!known.has(script)) {
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
    known.set(
      script,
      import(url).finally(() => URL.revokeObjectURL(url)),
    );
  }
  return known.get(script);
}

/**
 * What anywidget calls for each explorer: the behaviour is another model, which all share.
 * @param {{model: import("../shared/view.js").Model, el: HTMLElement}} place
 * @returns {Promise<() => void>} what ends it
 */
export async function render({ model, el }) {
  const name = model.get("behaviour").slice(PREFIX.length);
  const behaviour = await model.widget_manager.get_model(name);
  const kind = await imported(behaviour.get("script"), behaviour.get("style"));
  return kind.default.render({ model: { ...model, live: behaviour.comm_live !== false }, el });
}
