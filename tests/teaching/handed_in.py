"""Notebooks as students hand them in: a page of the course with answers in it, run by nobody, its
verdicts stored as if it had been."""

import copy
import json
import re
from functools import cache

import numpy as np

from cnnlib.course import verdict
from cnnlib.course.exercise import find
from tests.project.tree import ROOT

CHECK = re.compile(r'cnnlib\.(?:check|use)\("([^"]+)"')


@cache
def _page(stem):
    return json.loads((ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8"))


def notebook(stem, answers):
    """A page as JSON in which a student has answered {exercise: (the code of the answer, the
    verdict that is stored)}; the code takes the place of the second argument of the check."""
    made = copy.deepcopy(_page(stem))
    for cell in made["cells"]:
        source = "".join(cell["source"])
        asked = CHECK.search(source)
        if cell["cell_type"] != "code" or not asked or asked[1] not in answers:
            continue
        if not source.startswith("cnnlib.check") or "..." in source:
            code, told = answers[asked[1]]
            head, tail = source[: asked.start()], source[asked.end() :]
            more = " The library's stands in for it." if "use(" in asked[0] else ""
            cell["source"] = head + asked[0] + f", {code}" + tail[_closing(tail) :]
            printed(cell, told + more)
    return made


def _closing(tail):
    """Where the bracket closes that is open before this text."""
    depth = 1
    for n, letter in enumerate(tail):
        depth += (letter in "([{") - (letter in ")]}")
        if not depth:
            return n
    raise ValueError(tail)


def answered(name, n=None):
    """(code of an answer, the verdict on it): the right one, or the known mistake number n."""
    exercise = find(name)
    answer = exercise.right if n is None else [*exercise.wrong.values()][n]
    if exercise.cases:
        part = "right" if n is None else f"wrong[{[*exercise.wrong][n]!r}]"
        code = f'__import__("cnnlib.course.exercise").course.exercise.find("{name}").{part}'
    else:
        code = repr(np.asarray(answer).tolist())
    return code, verdict(name, answer).text


def printed(cell, text):
    """Store what a cell has printed."""
    cell["execution_count"] = 7
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [f"{text}\n"]}]


def stored(path, made):
    """Write a notebook into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), encoding="utf-8")
    return path
