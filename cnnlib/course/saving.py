"""saving: a page that is opened and saved keeps what it came with (level 4).

JupyterLab stores only explorers whose Python runs, and writes the version of that Python into every
page. So a page that was looked at and never run would lose its explorers, and would differ from the
shipped one. jupyter/jupyter_server_config.json names `keep_stored`, which the server calls before
it writes a file.
"""

import json
import re
from pathlib import Path
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
NAMED = re.compile(r"IPY_MODEL_([\w-]+)")  # how the state of a widget names another one


def keep_stored(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Give a notebook that is about to be saved what only the file still has.

    model: what the browser sent; its content is changed in place. path: below the root_dir of
    contents_manager. A new file, and what is no notebook, stay as they are.
    """
    if model.get("type") != "notebook":
        return
    before = _read(Path(contents_manager.root_dir, path.lstrip("/")))
    if before:
        _keep_language(model["content"]["metadata"], before["metadata"])
        _keep_widgets(model["content"], before["metadata"])


def _read(path):
    """The notebook in a file; None where there is none that can be read."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return notebook if isinstance(notebook, dict) and "metadata" in notebook else None


def _keep_language(metadata, before):
    """Another version of the same language is no change of a page."""
    now, then = metadata.get("language_info", {}), before.get("language_info", {})
    if then and {**now, "version": None} == {**then, "version": None}:
        metadata["language_info"] = then


def _keep_widgets(notebook, before):
    """Keep the states of widgets that the page shows and that no Python holds any more."""
    metadata = notebook["metadata"]
    states = metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    stored = before.get("widgets", {}).get(WIDGET_STATE, {})
    wanted = _shown(notebook)
    for name in wanted:  # grows: what a state names is wanted, too
        if name not in states and name in stored.get("state", {}):
            states[name] = stored["state"][name]
        named = NAMED.findall(json.dumps(states.get(name, {})))
        wanted += [other for other in dict.fromkeys(named) if other not in wanted]
    if states:
        metadata.setdefault("widgets", {}).setdefault(WIDGET_STATE, {**stored, "state": states})
    elif "widgets" in metadata and "widgets" not in before:
        del metadata["widgets"]


def _shown(notebook):
    """The name of the state behind each widget that a notebook displays."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    views = [output.get("data", {}).get(WIDGET_VIEW) for output in outputs]
    return [view["model_id"] for view in views if view]
