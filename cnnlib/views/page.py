"""page: an explorer as one static HTML page that needs no notebook and no network (level 6)."""

import base64
import json
from html import escape
from pathlib import Path

NEEDS = "This needs a running notebook: here the page only shows what was computed before."
SHIM = """
import view from "data:text/javascript;base64,%(script)s";
const bytes = (key, v) => (v?.bytes64 === undefined ? v : Uint8Array.from(atob(v.bytes64), c => c.charCodeAt(0)));
const state = JSON.parse(document.getElementById("state").textContent, bytes), heard = {};
const fire = (name, value) => (heard[name] ?? []).forEach(f => f(value));
const model = {
  get: name => state[name], save_changes() {}, off(name, f) { heard[name] = (heard[name] ?? []).filter(g => g !== f); },
  set(name, value) { state[name] = value; fire("change:" + name); }, on(name, f) { (heard[name] ??= []).push(f); },
  send(message) { setTimeout(() => fire("msg:custom", { cell: message.cell, why: %(needs)s })); },
};
view.render({ model, el: document.getElementById("view") });
"""


def _bytes(value):
    """Arrays travel as bytes; in a text file that is base64."""
    return {"bytes64": base64.b64encode(value).decode()}


def export_page(explorer, path):
    """Write `explorer` as one HTML file: selection, formula, play and keyboard work; what needs
    Python says so.

    Raises TypeError for what is not an explorer, OSError where `path` cannot be written.
    """
    if not hasattr(explorer, "pick"):
        raise TypeError(f"{type(explorer).__name__} cannot be exported, wanted an explorer")
    state = {name: getattr(explorer, name) for name in explorer.keys if not name.startswith("_")}
    state = {
        name: value for name, value in state.items() if isinstance(value, (dict, str, bytes, int))
    }
    data = json.dumps(state, default=_bytes).replace("<", "\\u003c")
    script = base64.b64encode(str(explorer._esm).encode()).decode()
    Path(path).write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(repr(explorer))}</title><style>{explorer._css}</style></head>"
        f'<body><main id="view"></main><script type="application/json" id="state">{data}</script>'
        f'<script type="module">{SHIM % {"script": script, "needs": json.dumps(NEEDS)}}</script></body></html>',
        encoding="utf-8",
    )
