"""Docstrings: what is public has one, the maths tell formulas, and cited equations are derived."""

import ast
import re

import pytest

from cnnlib import ops, reference, views
from tests.project.tree import (
    COURSE,
    KEYS,
    LESSONS,
    MATHS,
    VIEWS,
    functions_of,
    name_of,
    parsed,
    text_of,
)

CITED = re.compile(r"(?:[Ee]qs?\. |\()(\d\.\d+(?:(?:, | and )\d\.\d+)*)")


def documented(path):
    """(name, docstring) of a module, its public classes with their methods, and its functions."""
    tree = parsed(path)
    yield path.stem, ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node)
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", ast.get_docstring(method)


@pytest.mark.parametrize(
    "path",
    [*MATHS, *COURSE, *(path for path in VIEWS if path.parent.name == "views")],
    ids=name_of,
)
def test_what_is_public_is_documented(path):
    assert [name for name, text in documented(path) if not text] == []


@pytest.mark.parametrize("name", views.__all__)
def test_what_views_show_is_documented(name):
    assert len(getattr(views, name).__doc__) > 40


@pytest.mark.parametrize("name", functions_of(ops))
@pytest.mark.parametrize("module", [reference, ops], ids=["reference", "ops"])
def test_a_function_of_the_maths_gives_formula_shapes_and_errors(module, name):
    text = getattr(module, name).__doc__
    assert " = " in text or "gets" in text
    images, rows = r"\((N, )?[CF], (H|H_out), (W|W_out)\)", r"\((N, )?O\)|\(O,\)"
    assert "returns" in text and re.search(rows if "dense" in name else images, text)
    assert "Raises" in text
    assert name in ("max_pool2d", "mean_pool2d") or re.search(r"Eq\. \d\.\d", text)


def cited(path):
    """The numbers of the equations that the docstrings of a file cite."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            for numbers in CITED.findall(ast.get_docstring(node) or ""):
                yield from re.findall(r"\d\.\d+", numbers)


def test_every_cited_equation_stands_in_a_lesson():
    tags = {tag for path in LESSONS for tag in re.findall(r"\\tag\{(\d+\.\d+)\}", text_of(path))}
    where = {
        number: path.name for path in [*MATHS, *COURSE, *VIEWS, *KEYS] for number in cited(path)
    }
    assert {"1.1", "2.1", "3.1", "4.1", "5.1", "5.2", "6.1", "8.1", "8.2"} <= where.keys()
    assert {number: name for number, name in where.items() if number not in tags} == {}
