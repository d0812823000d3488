"""The files of this project, by the floor of the house they stand on, and what is in them."""

import ast
import inspect
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cnnlib"


def _modules(paths):
    return [path for path in sorted(paths) if path.stem != "__init__"]


MATHS = _modules(PACKAGE.glob("*.py"))
COURSE = _modules((PACKAGE / "course").glob("*.py"))
KEYS = _modules((PACKAGE / "course" / "keys").glob("*.py"))
VIEWS = sorted((PACKAGE / "views").rglob("*.py"))
LESSONS = sorted((ROOT / "lessons").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def name_of(path):
    """A file's place in the project: "cnnlib/layers.py"."""
    return path.relative_to(ROOT).as_posix()


def text_of(path):
    return path.read_text(encoding="utf-8")


def parsed(path):
    return ast.parse(text_of(path))


def functions_of(module):
    """{name: function} of the public functions that a module defines."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }
