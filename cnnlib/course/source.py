"""source: the code that the lessons talk about, printed as it is now (level 0)."""

import ast
import inspect
import textwrap
from collections.abc import Callable

FORMATTER = "  # fmt: skip"  # a word to the formatter, none to the reader


def show_source(function: Callable[..., object]) -> None:
    """Print the source of a function or a class as it is now, without docstrings
    and without the formatter's marks.

    Raises TypeError for what was not written in Python, OSError where no text of it is kept.
    """
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    hidden = {n for node in ast.walk(ast.parse("\n".join(lines))) for n in _docstring(node, lines)}
    shown = [line for n, line in enumerate(lines, 1) if n not in hidden]
    print("\n".join(line.removesuffix(FORMATTER) for line in shown).rstrip())


def _docstring(node, lines):
    """The numbers, from 1, of the lines that a function's or a class's docstring takes, with the
    blank line below it; none for other nodes."""
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or ast.get_docstring(node) is None:
        return range(0)
    text = node.body[0]
    end = text.end_lineno
    blank_below = len(node.body) > 1 and not lines[end].strip()
    return range(text.lineno, end + 1 + blank_below)
