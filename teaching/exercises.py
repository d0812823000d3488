"""exercises: a teacher's own exercises, looked at, and as a notebook."""

import inspect
import json
from pathlib import Path
from typing import Any

from cnnlib.course.exercise import Exercise
from cnnlib.course.own import FOLDER, Unusable, read, title_of
from teaching.files import Refused

ABOUT = f"""Look at a file of your own exercises, and make a notebook of it.

Students who get the notebook need the file, too: beside it, in a folder {FOLDER}, or wherever the
environment variable CNNLIB_EXERCISES says. teaching/example_exercises.py is a complete example.
"""
START = "import numpy as np\n\nimport cnnlib"
EMPTY: dict[str, Any] = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def add(commands):
    """The command, for python -m teaching."""
    parser = commands.add_parser(
        "exercises", help="look at a file of your own exercises", description=ABOUT
    )
    parser.add_argument("file", type=Path, help="a Python file with EXERCISES = [Exercise(...)]")
    parser.add_argument("--notebook", type=Path, help="write them into this notebook")
    parser.set_defaults(run=run)


def run(options):
    """Print what is in the file, one line an exercise; write the notebook."""
    found = own_exercises(options.file)
    for one in found:
        kind = "a function" if one.cases else "a value"
        counts = f"{len(one.wrong)} known mistakes, {len(one.hints)} hints"
        print(f"{one.name}: {kind}, {counts}: {one.text}")
    if options.notebook:
        if options.notebook.exists():
            raise Refused(f"{options.notebook} is there already: choose another name")
        text = json.dumps(notebook(options.file), ensure_ascii=False, indent=1)
        options.notebook.write_text(text + "\n", encoding="utf-8")
        print(f"{options.notebook} is written.")
    return 0


def own_exercises(path: Path) -> list[Exercise]:
    """The exercises of a teacher's file: name, text, right, wrong, hints; raises Refused with every
    line that must be mended."""
    try:
        return read(path)
    except Unusable as error:
        raise Refused(str(error)) from None


def notebook(path: Path) -> dict[str, Any]:
    """A notebook, as JSON has it, that asks all exercises of a file; raises Refused."""
    asked = [cell for one in own_exercises(path) for cell in _cells(one)]
    head = [_markdown("title", f"# {title_of(path)}"), _code("start", START)]
    return EMPTY | {"cells": head + asked}


def _cells(one):
    name = one.name.replace(".", "-")
    return [
        _markdown(f"{name}-text", f"**{one.name}** {one.text}"),
        _code(f"{name}-check", _asking(one)),
    ]


def _asking(one):
    """The code that asks: a value is typed into the check, a function has its blank above it."""
    answer, blank = "...", ""
    if one.cases:
        answer = getattr(one.right, "__name__", "")
        answer = answer if answer.isidentifier() else "answer"
        blank = f"def {answer}{_arguments(one)}:\n    return ...\n\n\n"
    return f'{blank}cnnlib.check("{one.name}", {answer})\n# cnnlib.hint("{one.name}")'


def _arguments(one):
    try:
        return str(inspect.signature(one.right))
    except (TypeError, ValueError):
        return "(*arguments)"


def _markdown(name, text):
    return {"id": name, "cell_type": "markdown", "metadata": {}, "source": text}


def _code(name, text):
    return _markdown(name, text) | {
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
    }
