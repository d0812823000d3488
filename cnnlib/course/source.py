"""source: the code that the lessons talk about, printed as it is now (level 0)."""

import ast
import inspect
import textwrap


def show_source(function):
    """Print the source of a function or a class as it is now, without docstrings.

    Raises TypeError for what was not written in Python, OSError where no text of it is kept.
    """
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    hidden = {n for node in ast.walk(ast.parse("\n".join(lines))) for n in _docstring(node, lines)}
    print("\n".join(line for n, line in enumerate(lines, 1) if n not in hidden).rstrip())


def _docstring(node, lines):
    """The numbers, from 1, of the lines that a function's or a class's docstring takes, with the
    blank line below it; none for other nodes."""
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or ast.get_docstring(node) is None:
        return range(0)
    text = node.body[0]
    end = text.end_lineno
    blank_below = len(node.body) > 1 and not lines[end].strip()
    return range(text.lineno, end + 1 + blank_below)
