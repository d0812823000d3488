"""check: the verdicts and hints that a reader asks for: check, use, hint (level 4)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.course.compare import Blank, Refused, is_blank, outcome, same
from cnnlib.course.exercise import find
from cnnlib.course.reasons import reason

_hints_shown: dict[str, int] = {}  # exercise name -> how many of its hints were printed


@dataclass(frozen=True)
class Verdict:
    """status: "right", "wrong" or "unanswered"; text: one line for the learner."""

    status: str
    text: str


def verdict(name: str = "", *answers: Any) -> Verdict:
    """Compare an answer with exercise `name`, such as "3.1"; returns a Verdict and never raises.

    Several answers are one tuple: verdict("3.4", 1, 2) is verdict("3.4", (1, 2)). A function is
    called with copies of the arguments. An unknown name counts as unanswered; the text names the
    known ones.
    """
    answer = answers[0] if len(answers) == 1 else answers or ...
    try:
        exercise = find(name)
    except KeyError as error:
        return Verdict("unanswered", error.args[0])
    try:
        why = _what_is_wrong(exercise, answer)
    except Blank:
        return Verdict("unanswered", f"{exercise.name} is not answered yet.")
    except Refused as refusal:
        why = str(refusal)
    if why is None:
        return Verdict("right", "Right.")
    return Verdict("wrong", f"Not yet: {why}{'' if why.endswith(('?', '!')) else '.'}")


def _what_is_wrong(exercise, answer):
    """Why the answer is not right, or None where it is; raises Blank and Refused."""
    if is_blank(answer):
        raise Blank
    with np.errstate(all="ignore"):
        right = outcome(exercise, exercise.right)
        changed = []
        given = outcome(exercise, answer, right, changed)
        if not same(given, right, exercise.tolerance):
            return reason(exercise, given, right)
    names = " and ".join(dict.fromkeys(changed))
    return (
        f"the result is right, but your function writes over its argument {names}"
        if names
        else None
    )


def check(name: str = "", *answers: Any) -> None:
    """Print the verdict on an answer in one line; never raises."""
    print(verdict(name, *answers).text)


def use(name: str, answer: Any) -> Any:
    """Print the verdict on `answer`; return it where it is right, else the key's own answer.

    So the page runs on. Raises KeyError for an unknown name.
    """
    told = verdict(name, answer)
    if told.status == "right":
        print(told.text, "Yours is built in.")
        return answer
    print(told.text, "The library's stands in for it.")
    return find(name).right


def hint(name: str = "") -> None:
    """Print the next hint of exercise `name`; after the last one it begins again. Never raises."""
    try:
        exercise = find(name)
    except KeyError as error:
        print(error.args[0])
        return
    total = len(exercise.hints)
    if not total:
        print(f"{exercise.name} has no hints.")
        return
    n = _hints_shown.get(exercise.name, 0) % total
    _hints_shown[exercise.name] = n + 1
    text = exercise.hint(n)
    space = "" if text.startswith("\n") else " "
    print(f"Hint {n + 1} of {total}:{space}{text}")
