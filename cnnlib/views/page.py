"""page: an explorer as one static HTML page that needs no notebook and no network (level 6)."""

import base64
import json
import os
from html import escape
from pathlib import Path
from typing import Any

from cnnlib.views import scripts

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main id="view"></main>
<script type="application/json" id="state">{state}</script>
<script>
(() => {{
{script}
const model = staticModel(document.getElementById("state").textContent);
render({{ model, el: document.getElementById("view") }});
}})();
</script>
</body>
</html>
"""


def export_page(explorer: Any, path: str | os.PathLike[str]) -> None:
    """Write `explorer` as one HTML file: selection, formula, play, keyboard and guesses work;
    what needs Python says so. The file opens from a disk as well as from a server.

    Raises TypeError for what is not an explorer, OSError where `path` cannot be written.
    """
    if not hasattr(explorer, "pick"):
        raise TypeError(f"{type(explorer).__name__} cannot be exported, wanted an explorer")
    explorer.write_answers()
    page = PAGE.format(
        title=escape(repr(explorer)),
        style=scripts.style(explorer.kind),
        state=stored(explorer),
        script=scripts.shortened(scripts.modules(explorer.kind) | scripts.modules("page")),
    )
    Path(path).write_text(page, encoding="utf-8")


def stored(explorer: Any) -> str:
    """What the page shows of `explorer`, as JSON that cannot end its <script>; bytes as base64."""
    state = {name: getattr(explorer, name) for name in explorer.keys if not name.startswith("_")}
    shown = {name: v for name, v in state.items() if isinstance(v, dict | str | bytes | int)}
    text = json.dumps(shown, default=lambda value: {"bytes64": base64.b64encode(value).decode()})
    return text.replace("<", "\\u003c")
