"""The types: what is public has annotations, and mypy finds nothing wrong with them."""

import ast
import subprocess
import sys

import pytest

from tests.project.tree import PACKAGE, ROOT, name_of, parsed

KEYS = PACKAGE / "course" / "keys"  # data: the answers there have the shape that readers give them
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if KEYS not in path.parents]


def is_public(name):
    return not name.startswith("_") or name.endswith("__")


def public_functions(tree):
    """(full name, node, whether its first argument is self) of a module's functions and methods."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and is_public(node.name):
            yield node.name, node, False
        elif isinstance(node, ast.ClassDef) and is_public(node.name):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and is_public(inner.name):
                    marks = {ast.unparse(mark) for mark in inner.decorator_list}
                    yield f"{node.name}.{inner.name}", inner, "staticmethod" not in marks


def unannotated(tree):
    """What has no type in a module: "f(x)" for the argument x of f, "f" for what it returns."""
    for name, node, has_self in public_functions(tree):
        inner = node.args
        positional = [*inner.posonlyargs, *inner.args][has_self:]
        stars = [star for star in (inner.vararg, inner.kwarg) if star]
        for argument in [*positional, *stars, *inner.kwonlyargs]:
            if argument.annotation is None:
                yield f"{name}({argument.arg})"
        if node.returns is None:
            yield name


@pytest.mark.parametrize(
    "path",
    MODULES,
    ids=name_of,
)
def test_what_is_public_is_annotated(path):
    assert list(unannotated(parsed(path))) == []


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("def f(x: int) -> None: ...", []),
        ("def f(x): ...", ["f(x)", "f"]),
        ("def f(*x, y: int, **z: int) -> int: ...", ["f(x)"]),
        ("def f(x: int, /, *, y) -> int: ...", ["f(y)"]),
        ("def _f(x): ...", []),
        ("class C:\n    def f(self) -> int: ...\n    def _g(self): ...", []),
        ("class C:\n    def __init__(self, x): ...", ["C.__init__(x)", "C.__init__"]),
        ("class C:\n    @staticmethod\n    def f(x) -> int: ...", ["C.f(x)"]),
        ("class C:\n    @classmethod\n    def f(cls, x: int): ...", ["C.f"]),
        ("class _C:\n    def f(self, x): ...", []),
    ],
)
def test_what_lacks_a_type_is_seen(text, lacking):
    assert list(unannotated(ast.parse(text))) == lacking


def test_mypy_finds_nothing():
    command = [sys.executable, "-m", "mypy"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
