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
    """Write `explorer` as one HTML file: selection, formula, play and keyboard work; what needs Python says so.

    Raises TypeError for what is not an explorer, OSError where `path` cannot be written.
    """
    kept = [name for name in ("scene", "page", "pixels", "numbers", "state", "at", "pick") if hasattr(explorer, name)]
    if "pick" not in kept:
        raise TypeError(f"{type(explorer).__name__} cannot be exported, wanted an explorer")
    script = base64.b64encode(Path(explorer._esm).read_bytes() if isinstance(explorer._esm, Path) else str(explorer._esm).encode()).decode()
    state = json.dumps({name: getattr(explorer, name) for name in kept}, default=_bytes).replace("<", "\\u003c")
    title = escape(repr(explorer))
    Path(path).write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{explorer._css}</style></head>'
        f'<body><main id="view"></main><script type="application/json" id="state">{state}</script>'
        f'<script type="module">{SHIM % {"script": script, "needs": json.dumps(NEEDS)}}</script></body></html>',
        encoding="utf-8",
    )
