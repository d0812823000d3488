"""behaviour: the script and the style of a kind of explorer, which a page gets once (level 6).

Each explorer names the one Behaviour of its kind; its own script only fetches that from the page.
So a notebook with nine explorers stores, and a page imports, one script and not nine.
"""

import ipywidgets
import traitlets

from cnnlib.views import scripts


class Behaviour(ipywidgets.Widget):
    """A model without a view: what all explorers of a kind share. Make it by `behaviour_of`."""

    script = traitlets.Unicode().tag(sync=True)
    style = traitlets.Unicode().tag(sync=True)


_made: dict[str, Behaviour] = {}


def behaviour_of(kind: str) -> Behaviour:
    """The Behaviour of a kind of explorer, "grids" or "maps": the same as long as it is open.

    It outlives the explorers; where somebody has closed all widgets, there comes a new one.
    """
    if kind not in _made or _made[kind].comm is None:
        _made[kind] = Behaviour(script=scripts.script(kind), style=scripts.style(kind))
    return _made[kind]
