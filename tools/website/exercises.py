"""exercises: what a page needs to judge answers without Python: the keys as a script, and the
script and style sheet of the inputs.

A page loads keys.js and exercises.js at its end, in this order, and exercises.css; both are classic
scripts, so they work from file://. What they look for in a page:

    <div class="exercise" data-exercise="3.1">...</div>   gets the input; what it holds is hidden
    <div data-progress></div>                             gets the panel "Your progress"
"""

import json
from collections.abc import Iterable
from pathlib import Path

from cnnlib.course.exercise import Exercise
from cnnlib.course.export import value_exercises
from cnnlib.views import scripts

HERE = Path(__file__).parent / "static" / "exercises"
# Whoever looks for the answers finds them here. So they do in the course's own files: the exercises
# are for those who want to learn.
KEYS = "window.cnnlibKeys = {};\n"


def keys(own: Iterable[Exercise] = ()) -> str:
    """keys.js: the keys of all value exercises, answers in plain sight; `own`: a teacher's."""
    text = json.dumps(value_exercises(own), ensure_ascii=False, allow_nan=False)
    return KEYS.format(text.replace("</", "<\\/"))


def script(main: str = "main") -> str:
    """exercises.js: one of the modules and all that it imports, as one classic script."""
    return f"(() => {{\n{scripts.shortened(scripts.joined(HERE / f'{main}.js'))}}})();\n"


def style() -> str:
    """exercises.css."""
    return (HERE / "main.css").read_text(encoding="utf-8")


def write(folder: Path, own: Iterable[Exercise] = ()) -> None:
    """Write keys.js, exercises.js and exercises.css into a folder."""
    for name, text in (
        ("keys.js", keys(own)),
        ("exercises.js", script()),
        ("exercises.css", style()),
    ):
        (folder / name).write_text(text, encoding="utf-8")
