"""The code of the lessons uses what is public, and nothing else."""

import ast
import json
import re

import pytest

import cnnlib
from cnnlib import ops, reference, views
from tests.project.tree import LESSONS, NOTEBOOKS, functions_of, text_of

MODULES = {"numpy", "cnnlib", "matplotlib.pyplot"}
MORE = {
    "08_train_a_network": {"time"},
    "09_make_it_fast": {"time", "os"},
    "08b_when_it_does_not_learn": {"warnings"},  # it provokes them, and prints their words
}
PUBLIC = {*cnnlib.__all__, "views"}
FACES = {
    "cnnlib": PUBLIC,
    "views": {*views.__all__, "style"},
    "ops": set(functions_of(ops)),
    "reference": set(functions_of(reference)),
}


def problems(code, lesson):
    """What a lesson's code uses that is not public."""
    if re.search(r"^\s*[!%]", code, re.M):
        yield "a command of the shell or of IPython"
        return
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
            yield from names - MODULES - MORE.get(lesson, set())
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            hidden = names - PUBLIC if node.module == "cnnlib" else names
            yield from (f"from {node.module} import {name}" for name in hidden)
        elif isinstance(node, ast.Attribute) and not is_public(node):
            yield ast.unparse(node)


def is_public(attribute):
    """May a lesson use this attribute of something?"""
    owner, name = attribute.value, attribute.attr
    of = owner.id if isinstance(owner, ast.Name) else ""
    if name.startswith("__") or of == "self":
        return True
    return not name.startswith("_") and name in FACES.get(of, {name})


def cells(path):
    """The code of each cell of a lesson's text or notebook."""
    if path.suffix == ".ipynb":
        found = json.loads(text_of(path))["cells"]
        return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]
    blocks = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text_of(path), re.M | re.S)
    options = re.compile(r"\A(---\n.*?\n---\n|(:\w[^\n]*\n)+)", re.S)
    return [options.sub("", block) for block in blocks]


@pytest.mark.parametrize("path", [*LESSONS, *NOTEBOOKS], ids=lambda path: path.name)
def test_lessons_use_the_public_face_only(path):
    code = cells(path)
    assert {problem for cell in code for problem in problems(cell, path.stem)} == set()
    assert code or not path.stem[0].isdigit()


@pytest.mark.parametrize(
    "code",
    [
        "import scipy",
        "import os",
        "import sys\nsys.path.append('x')",
        "from cnnlib import *",
        "from cnnlib.layers import Filter",
        "from cnnlib import _arrays",
        "import cnnlib.layers",
        "cnnlib.arguments.array",
        "ops._columns(x)",
        "views.nothing()",
        "!pip install x",
        "%timeit f()",
        "layer._weights",
        "from matplotlib import pyplot",
    ],
)
def test_what_a_lesson_must_not_do_is_seen(code):
    assert list(problems(code, "03_weigh_the_kernel"))


def test_lesson_09_may_look_at_the_clock():
    assert not list(problems("import time, os", "09_make_it_fast"))
