"""widgets: the state of every widget that a run displayed, as a notebook keeps it.

A page that is opened makes live explorers of it, with no Python running. A state is kept as it was
at the moment of display, so each is what the table in the same output shows. Names are given in
reading order, and what is alike is kept once: the script that all explorers of a kind share.
"""

import json
import re

from cnnlib.course.saving import WIDGET_STATE, WIDGET_VIEW

NAMED = re.compile(r'"IPY_MODEL_([\w-]+)"')  # how the state of a widget names another one


class Kept:
    """The states that are kept, under names that are the same in every run."""

    def __init__(self):
        self.states = {}
        self._names = {}

    def keep(self, name, model, shown=True):
        """Keep a widget and all that it needs as they are now; its name in the notebook.

        model: name -> {model_name, ..., state}. shown: it has a place of its own on the page, so
        nothing but itself may stand in for it.
        """
        parts = {}

        def renamed(found):
            part = found[1]
            if part not in parts:
                parts[part] = self.keep(part, model, shown=False)
            return f'"IPY_MODEL_{parts[part]}"'

        text = NAMED.sub(renamed, json.dumps(model(name), sort_keys=True))
        alike = (name if shown else None, text)
        if alike not in self._names:
            self._names[alike] = f"model-{len(self._names) + 1}"
            self.states[self._names[alike]] = json.loads(text)
        return self._names[alike]

    def metadata(self):
        """What a notebook's metadata say of its widgets; nothing where none was displayed."""
        if not self.states:
            return {}
        kept = {"version_major": 2, "version_minor": 0, "state": self.states}
        return {"widgets": {WIDGET_STATE: kept}}


def views_in(notebook):
    """The name of the state behind each widget that a notebook displays, in reading order."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output.get("data", {}) for output in outputs]
    return [data[WIDGET_VIEW]["model_id"] for data in shown if WIDGET_VIEW in data]


def states_in(notebook):
    """{name: state} of the widgets that a notebook keeps."""
    return notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})


def widget_problems(notebook):
    """Where a stored notebook displays a widget without its state, or keeps a state for nothing."""
    states, wanted = states_in(notebook), views_in(notebook)
    for name in wanted:  # grows: what a state names is wanted, too
        named = NAMED.findall(json.dumps(states.get(name, {})))
        wanted += [other for other in dict.fromkeys(named) if other not in wanted]
    missing = sorted(set(wanted) - states.keys())
    idle = sorted(states.keys() - set(wanted))
    return [
        *(f"the state of the widget {name} is missing: build it" for name in missing),
        *(f"the state of {name} is kept, and nothing shows it: build it" for name in idle),
    ]
