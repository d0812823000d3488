"""Budgets: a function has at most 30 lines, a file 250, without docstrings and blank lines.

The keys of the exercises are data and as long as they have to be; tests may be long, their
functions may not.
"""

import ast

import pytest

from tests.project.tree import COURSE, KEYS, MATHS, ROOT, VIEWS, name_of, parsed, text_of

FOLDERS = ("cnnlib", "tools", "solutions", "benchmarks", "teaching", "tests")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
TESTS = [path for path in FILES if ROOT / "tests" in path.parents]
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def code_lines(node, text):
    """How many lines of a module, or of a function's body, are not blank and no docstring's."""
    left_out = set()
    for inner in ast.walk(node):
        if isinstance(inner, DOCUMENTED) and ast.get_docstring(inner) is not None:
            left_out.update(range(inner.body[0].lineno, inner.body[0].end_lineno + 1))
    lines = text.splitlines()
    # a signature is as long as its names: a function is counted from its first statement on
    first = 1 if isinstance(node, ast.Module) else node.body[0].lineno
    last = len(lines) if isinstance(node, ast.Module) else node.end_lineno
    return sum(1 for n in range(first, last + 1) if n not in left_out and lines[n - 1].strip())


COUNTED = '''"""A module."""

x = 1  # kept


def f():
    """Two

    lines."""
    # a comment counts
    return """not
a docstring"""
'''


def test_the_counting_of_lines():
    tree = ast.parse(COUNTED)
    assert code_lines(tree, COUNTED) == 5 and code_lines(tree.body[-1], COUNTED) == 3


@pytest.mark.parametrize("path", sorted({*FILES} - {*KEYS, *TESTS}), ids=name_of)
def test_files_stay_small(path):
    assert code_lines(parsed(path), text_of(path)) <= 250


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_stay_small(path):
    text = text_of(path)
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    sizes = {function.name: code_lines(function, text) for function in functions}
    assert {name: lines for name, lines in sizes.items() if lines > 30} == {}


def test_every_folder_is_looked_at():
    assert all(any(ROOT / folder in path.parents for path in FILES) for folder in FOLDERS)
    assert {*MATHS, *COURSE, *KEYS, *VIEWS} <= set(FILES)
