"""blanks: the `...` that a reader is to fill in, and whether one is left (level 4)."""

import ast
import inspect
import re
import textwrap

# errors of Python that speak of a `...` which stands in the place of a value
_USED = re.compile("'ellipsis'")  # of an index out of place they say: not ellipsis


class Blank(Exception):
    """The answer turned out to be `...`; the message says where, if it is another blank."""


def is_blank(answer: object) -> bool:
    """Whether an answer is `...`, holds one, or is a function or class whose code has one left."""
    return _holds_a_blank(answer, set())


def _holds_a_blank(answer, seen):
    if isinstance(answer, (list, tuple)):
        if id(answer) in seen:  # a list may hold itself
            return False
        seen.add(id(answer))
        return any(part is ... or _is_list_with_a_blank(part, seen) for part in answer)
    parts = list(vars(answer).values()) if isinstance(answer, type) else [answer]
    return answer is ... or any(inspect.isfunction(f) and _has_blank_in_code(f) for f in parts)


def _is_list_with_a_blank(part, seen):
    return isinstance(part, (list, tuple)) and _holds_a_blank(part, seen)


def _has_blank_in_code(function):
    """Whether a blank stands in a function's text: `total += ...` is one, `x[..., 0]` is none."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False  # no text is kept, or a lambda's is cut out of a longer line: a call will tell
    lambdas = function.__name__ == "<lambda>"
    kinds = ast.Lambda if lambdas else (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [n for f in ast.walk(tree) if isinstance(f, kinds) for n in _nodes_of_body(f)]
    indices = _indices(nodes)
    dots = [n for n in nodes if isinstance(n, ast.Constant) and n.value is ...]
    return any(id(node) not in indices for node in dots)


def _nodes_of_body(function):
    """The syntax nodes of a function without its arguments, whose defaults are no blanks."""
    body = function.body if isinstance(function.body, list) else [function.body]
    return [node for part in body for node in ast.walk(part)]


def _indices(nodes):
    """The ids of all nodes that are parts of an index: within x[...], or in a value that gets a
    name which is an index later: place = (..., 0)."""
    slices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    names = {n.id for part in slices for n in ast.walk(part) if isinstance(n, ast.Name)}
    named = [
        node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and any(isinstance(target, ast.Name) and target.id in names for target in node.targets)
    ]
    return {id(node) for part in slices + named for node in ast.walk(part)}


def stopped_at_a_blank(function: object, error: BaseException) -> bool:
    """Whether a function has stopped because a `...` stands in place of a value: in its own code,
    whose text is not kept, or in what it uses."""
    try:
        return isinstance(error, TypeError) and bool(_USED.search(str(error)))
    except Exception:  # an error whose text stops is no such error
        return False
