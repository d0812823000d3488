"""answers: what a speaker knows of a slide that asks: what is right, and what a wrong answer means.

Answers come from the keys, from solutions/ and from what a displayed explorer keeps to judge
guesses; none is typed.
"""

import ast
import base64
import json
import re

import numpy as np

from cnnlib.course.exercise import SOLUTION, find
from cnnlib.course.saving import WIDGET_VIEW
from cnnlib.views.words import label, number, same
from tools.builder.answers import NoAnswer, solutions_of

SIGNS = re.compile(r"[\\`*_<\[$|]")
CODE = re.compile(r"(`[^`]*`)")
FEW = 4  # wrong answers that are told of one question: in a key the usual ones come first


def answer_to(name):
    """The answer to an exercise, as a value or as code, and the usual wrong ones, in Markdown."""
    exercise = find(name)
    code = _code(name)
    if _asks_code(exercise):
        slips = [f"- {_quoted(slip)}" for slip in [*exercise.wrong][:FEW]]
        return "\n".join([f"**{name}:**", "```python", code, "```", "Usual slips:", "", *slips])
    told = [f"- `{typed(value)}`: {_quoted(slip)}" for slip, value in exercise.wrong.items()]
    right = f"**{name}:** `{typed(exercise.right)}`{_reckoned(code)}"
    return "\n".join([right, "", "Wrong, and what it shows:", "", *told[:FEW]])


def right_answer(name):
    """The right answer as a class sees it, in Markdown: the value and how it is computed, or the
    code; and the reason, which the hints give before the last one tells it all."""
    exercise, code = find(name), _code(name)
    if _asks_code(exercise):
        told = " ".join(["**Answer.**", _reason(exercise)])
        return "\n".join([told, "```python", code, "```"])
    return f"**Answer:** `{typed(exercise.right)}`{_reckoned(code)}. {_reason(exercise)}"


def _asks_code(exercise):
    return bool(exercise.cases) or callable(exercise.right)


def _reason(exercise):
    """The words of the last two hints, "" where they hold code that the answer
    shows."""
    words = " ".join(hint.partition(SOLUTION)[0].rstrip(" :") for hint in exercise.hints[-2:])
    if _asks_code(exercise) and "`" in words:
        return ""
    pieces = CODE.split(words.strip().replace("delta_", "δ_"))
    return "".join(one if CODE.match(one) else _quoted(one) for one in pieces)


def typed(value):
    """An answer as it is typed, its numbers to twelve digits."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, set):
        return "{" + ", ".join(map(typed, sorted(value))) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(typed, value)) + ")"
    if np.ndim(value):
        return "[" + ", ".join(map(typed, value)) + "]"
    return f"{value:.12g}"


def _quoted(text):
    """A text without Markdown as Markdown: its signs are no marks."""
    return SIGNS.sub(r"\\\g<0>", text)


def _code(name):
    """The code of an answer; "" where it has none that can be shown."""
    try:
        return solutions_of(name).code(name)
    except NoAnswer:
        return ""


def _reckoned(code):
    """How a value is computed, in brackets; "" where its code only states it, or is long."""
    counts = code and any(
        isinstance(node, (ast.Call, ast.BinOp)) for node in ast.walk(ast.parse(code))
    )
    return f" (`{code}`)" if counts and "\n" not in code else ""


# ---- what an explorer asks


def asked_by(cell, states):
    """What the explorer of a cell asks and what is right, texts in Markdown; none where it keeps no
    answers, as one that trains.

    states: {name: state} of the notebook's widgets.
    """
    shown = (output.get("data", {}).get(WIDGET_VIEW) for output in cell.outputs)
    state = states[next(view["model_id"] for view in shown if view)]["state"]
    if not state["answers"]:
        return []
    book = json.loads(base64.b64decode(state["answers"]))
    if "options" in book:
        right = next(name for name, one in book["options"].items() if one["right"])
        return [f"**Right:** {right}"]
    if "number" in book:
        known = book["number"]
        return [_how_much(known["label"], known["right"], known["slips"])]
    return _which(book, state["pick"])


def _which(book, key):
    """What an explorer of grids asks of the cell that is picked: which cells, then how much."""
    name, slips = label(key), book["slips"]
    found = []
    if key in book["cells"]:
        right, wrong = book["cells"][key]
        cells = [label(book["sources"][n]) for n in book["sets"][right]]
        known = dict.fromkeys(_quoted(slips[n]) for n, _ in wrong)
        marks = f"**To mark for {name}:** {', '.join(cells)}. It also names what is marked when"
        found.append(_list(marks, known))
    value, wrong = book["numbers"][key]
    shown = ["*Predict* makes it ask."] if book["lesson"] == "shown" else []
    return [*shown, *found, _how_much(name, value, [(slips[n], number) for n, number in wrong])]


def _how_much(name, right, slips):
    """How much it is, and what wrong numbers mean."""
    wrong = [f"{number(value)}: {_quoted(slip)}" for slip, value in slips if not same(value, right)]
    return _list(f"**{name}** is **{number(right)}**", wrong)


def _list(title, items):
    """A title and the first few of some items."""
    return "\n".join([title, "", *(f"- {item}" for item in [*items][:FEW])])
