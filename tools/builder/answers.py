"""answers: the answers of solutions/NN.py, their code and what it gives.

A file of solutions holds a function exercise_N_name() for each exercise of its lesson, and
also_N_name() where the lesson shows a second answer. Each returns a value, a lambda, or the
function that it defines. What is shown of it is what the reader has to write:

- of a value or a lambda the expression,
- of a function the lines that the page does not have already, in the cell with the exercise,
- of a function that is one `return` the expression.
"""

import ast
import functools
import importlib.util
import operator
import re
import textwrap

from tools.builder import places


class NoAnswer(Exception):
    """There is no such answer, or it has no form that can be shown; the message says why."""


class Solutions:
    """The answers to the exercises of one lesson, such as "03" or "A1".

    Raises NoAnswer where solutions/ has no file for the lesson.
    """

    def __init__(self, lesson):
        self.lesson = lesson
        self.path = places.SOLUTIONS / f"{lesson}.py"
        if not self.path.exists():
            raise NoAnswer(f"there is no solutions/{self.path.name}")
        self.source = self.path.read_text(encoding="utf-8")
        nodes = ast.parse(self.source).body
        self.functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}

    def code(self, name, part=()):
        """The code that is shown of an answer; `part`: the indices of one of several values."""
        function = self._function(name)
        match function.body:
            case [ast.FunctionDef() as defined, ast.Return()] if not part:
                return self._left_to_the_reader(defined, name)
            case [ast.Return(value=ast.Lambda(body=expression) | expression)]:
                return self._text(_part(expression, part, name))
        raise NoAnswer(f"{function.name}() is not one return, or one function and its return")

    def value(self, name, part=()):
        """What an answer gives, by running it; `part`: the indices of one of several values."""
        spec = importlib.util.spec_from_file_location("solutions", self.path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        value = getattr(module, self._function(name).name)()
        try:
            return functools.reduce(operator.getitem, part, value)
        except (IndexError, TypeError):
            raise NoAnswer(f"the answer to {name} has no part {[*part]}") from None

    def _function(self, name):
        """The syntax tree of the function that answers `name`, such as "3.1" or "also 3.1"."""
        kind = "also" if name.startswith("also ") else "exercise"
        wanted = f"{kind}_{name.removeprefix('also ').replace('.', '_')}"
        if wanted not in self.functions:
            raise NoAnswer(f"there is no {wanted}() in solutions/{self.path.name}")
        return self.functions[wanted]

    def _left_to_the_reader(self, function, name):
        """The lines of a function's body that the page with its exercise does not have."""
        match function.body:
            case [ast.Return(value=expression)]:
                return self._text(expression)
        given = body_on_the_page(self.lesson, name.removeprefix("also "), function.name)
        first, last = function.body[0].lineno, function.end_lineno
        lines = textwrap.dedent("\n".join(self.source.splitlines()[first - 1 : last])).splitlines()
        left = [line for line in lines if not line or line not in given]
        return textwrap.dedent("\n".join(left)).strip("\n")

    def _text(self, expression):
        return ast.get_source_segment(self.source, expression)


def _part(expression, part, name):
    """The part of a written tuple or list that the indices lead to."""
    for n in part:
        if not isinstance(expression, (ast.Tuple, ast.List)) or n >= len(expression.elts):
            raise NoAnswer(f"the answer to {name} is not written in {n + 1} parts")
        expression = expression.elts[n]
    return expression


def body_on_the_page(lesson, exercise, function):
    """The lines of a function as the cell with its exercise has them, without comments; none where
    the lesson has no such cell."""
    pages = [text.read_text("utf-8") for text in places.texts() if places.lesson(text) == lesson]
    for cell in re.findall(r"^```\{code-cell\}.*?^```$", "\n".join(pages), re.DOTALL | re.M):
        found = re.search(rf"^def {function}\(.*\n((?:(?: .*)?\n)+)", cell, re.MULTILINE)
        if found and f'"{exercise}"' in cell:
            lines = textwrap.dedent(found[1]).splitlines()
            return [re.sub(r"\s*#.*", "", line) for line in lines]
    return []


def solutions_of(name):
    """The Solutions with the answer to exercise `name`, such as "3.1", "also 3.1" or "A1.2"."""
    return Solutions(name.removeprefix("also ").partition(".")[0].zfill(2))
