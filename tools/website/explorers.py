"""explorers: an explorer with the state that it was shown with, and the scripts of all of them.

The notebook holds both: a still frame of tables, and the state of its widget. The page shows the
still frame on paper and without scripts, and the live one else.
"""

import json

from cnnlib.course.saving import NAMED, WIDGET_VIEW
from cnnlib.views import scripts

KINDS = ("grids", "maps")
IDLE = ("behaviour", "layout", "tabbable", "tooltip")  # the notebook's own business


class Unknown(Exception):
    """A notebook's explorer has other scripts than this tree: it was not built anew."""


def explorer(output, states):
    """A live explorer as HTML: its still frame, its state, and its kind.

    output: what the notebook displays; states: {name: state} of its widgets.
    """
    stored = states[output["data"][WIDGET_VIEW]["model_id"]]
    state = {
        name: value
        for name, value in stored["state"].items()
        if not name.startswith("_") and name not in IDLE
    }
    for buffer in stored.get("buffers", []):
        *path, last = buffer["path"]
        part = state
        for name in path:
            part = part[name]
        part[last] = {"bytes64": buffer["data"]}
    text = json.dumps(state, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<div class="explorer" data-kind="{kind_of(stored, states)}">'
        f'<div class="still">{output["data"]["text/html"]}</div>'
        f'<script type="application/json">{text}</script></div>\n'
        "<script>cnnlibWake(document.currentScript.previousElementSibling)</script>\n"
    )


def kind_of(stored, states):
    """The kind of an explorer, which its notebook tells by the script that it names."""
    behaviour = states[NAMED.match(stored["state"]["behaviour"])[1]]
    for kind in KINDS:
        if behaviour["state"]["script"] == scripts.script(kind):
            return kind
    raise Unknown("an explorer has another script than cnnlib.views: build the notebooks first")


def script():
    """The script of all explorers, for the head of a page: what wakes each where it stands."""
    kinds = "".join(
        f"{kind}: (() => {{\n{scripts.classic(kind)}return render;\n}})(),\n" for kind in KINDS
    )
    page = scripts.classic("site")
    return f"(() => {{\n{page}window.cnnlibWake = waker({{\n{kinds}}});\n}})();\n"


def style():
    """The style sheet of all explorers: what the kinds share stands in it once."""
    found = {path: text for kind in KINDS for path, text in scripts.modules(kind, "css").items()}
    return scripts.shortened(found)
