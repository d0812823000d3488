"""own_page: a teacher's own exercises as a notebook."""

import inspect
from pathlib import Path
from typing import Any

from cnnlib.course.exercise import Exercise
from cnnlib.course.own import Unusable, read, title_of
from teaching.files import Refused

START = "import numpy as np\n\nimport cnnlib"
EMPTY: dict[str, Any] = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def own_exercises(path: Path) -> list[Exercise]:
    """The exercises of a teacher's file: name, text, right, wrong, hints; raises Refused with every
    line that must be mended, and where there are none."""
    try:
        found = read(path)
    except Unusable as error:
        raise Refused(str(error)) from None
    if not found:
        raise Refused(f"{path} holds no exercises: its list EXERCISES is empty")
    return found


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
