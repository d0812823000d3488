"""source: the code that the lessons talk about, printed as it is now (level 0)."""

import ast
import inspect
import textwrap


def show_source(function):
    """Print the source of a function or a class as it is now, without docstrings.

    Raises TypeError for what was not written in Python, OSError where no text of it is kept.
    """
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if (
            isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and ast.get_docstring(node) is not None
        ):
            doc = node.body[0]
            after = doc.end_lineno
            if len(node.body) > 1 and after < len(lines) and not lines[after].strip():
                after += 1  # the blank line below it goes too
            lines[doc.lineno - 1 : after] = [None] * (after - doc.lineno + 1)
    print("\n".join(line for line in lines if line is not None).rstrip())
