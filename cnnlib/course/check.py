"""check: the verdicts and hints that a reader asks for: check, use, hint (level 4)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.course.blanks import Blank, is_blank
from cnnlib.course.calling import SECONDS, Refused, limited
from cnnlib.course.compare import Outcome, as_printed, outcome, same
from cnnlib.course.exercise import Exercise
from cnnlib.course.own import find
from cnnlib.course.reasons import is_guess, name_of, reason

Give = Callable[[Outcome, list[str]], Outcome]


@dataclass(frozen=True)
class Verdict:
    """status: "right", "wrong" or "unanswered"; text: what the learner reads, beginning with the
    exercise's name. exercise: that name. mistake: what a known wrong answer is called, else "".
    refused: is a value of another kind than is wanted, such as words for a number? counts: does it
    count as a try? What is refused does not, nor is 3 and 4, or nan, a guess at one number.
    """

    status: str
    text: str
    exercise: str = ""
    mistake: str = ""
    refused: bool = False
    counts: bool = False

    def plain(self) -> dict[str, str]:
        """Exercise, status and the name of the mistake, for a list of a class or a file."""
        return {"exercise": self.exercise, "status": self.status, "mistake": self.mistake}


@dataclass
class _Progress:
    """How far a reader is with an exercise: how many hints were given, whether an answer was tried
    since, and whether it is solved."""

    hints: int = 0
    tried: str | None = None
    hinted_at: str | None = None
    solved: bool = False


_progress: dict[str, _Progress] = {}


# ---- verdicts


def verdict(name: str = "", *answers: Any) -> Verdict:
    """Compare an answer with exercise `name`, such as "3.1"; returns a Verdict and never raises.

    Several answers are one tuple: verdict("3.4", 1, 2) is verdict("3.4", (1, 2)). A function is
    called with copies of the arguments, for 10 seconds at most. An unknown name counts as
    unanswered; the text names the known ones.
    """
    answer = answers[0] if len(answers) == 1 else answers or ...
    try:
        exercise = find(name)
    except KeyError as error:
        return Verdict("unanswered", error.args[0])
    return judged(exercise, answer)


def judged(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on an answer to an exercise, which may belong to no lesson; never raises."""

    def given(right, changed):
        if is_blank(answer):
            raise Blank
        with limited(SECONDS):
            return outcome(exercise, answer, right, changed)

    return verdict_on(exercise, given)


def verdict_on(exercise: Exercise, given: Give) -> Verdict:
    """The verdict on what an answer gives: given(right, changed) is its outcome, where `right` is
    the right one and `changed` takes the names of the arguments that it writes over. Never raises.
    """
    refused, counts = False, True
    try:
        mistake, why, counts = _what_is_wrong(exercise, given)
    except Blank:
        return Verdict("unanswered", f"{exercise.name} is not answered yet.", exercise.name)
    except Refused as refusal:
        mistake, why, refused = "", str(refusal), not exercise.cases
        counts = not refused
    except Exception as error:  # an answer whose every face raises
        mistake, why = "", f"that cannot be looked at: {type(error).__name__}"
    if not why:
        return Verdict("right", f"{exercise.name}: Right.", exercise.name, counts=True)
    stop = "" if "\n" in why or why.endswith(("?", "!")) else "."
    text = f"{exercise.name}: Not yet: {why}{stop}"
    return Verdict("wrong", text, exercise.name, mistake, refused, counts)


def _what_is_wrong(exercise: Exercise, give: Give) -> tuple[str, str, bool]:
    """(the name of the mistake, why the answer is not right, whether it counts as a try); both
    texts "" where it is right, the first "" where it has no name. Raises Blank and Refused."""
    with np.errstate(all="ignore"):
        right = outcome(exercise, exercise.right)
        changed: list[str] = []
        given = give(right, changed)
        if not same(given, right, exercise.tolerance):
            name = name_of(exercise, given, right)
            if name:
                return name, name, True
            if exercise.cases or not as_printed(given, right):
                counts = is_guess(exercise, given, right)
                return "", reason(exercise, given, right), counts
    names = " and ".join(dict.fromkeys(changed))
    if names:
        why = f"the result is right, but your function writes over its argument {names}"
        return "", why, True
    return "", "", True


def check(name: str = "", *answers: Any) -> None:
    """Print the verdict on an answer; never raises."""
    print(_judged(name, *answers).text)


def use(name: str, answer: Any) -> Any:
    """Print the verdict on `answer`; return it where it is right, else the key's own answer.

    So the page runs on. Raises KeyError for an unknown name.
    """
    told = _judged(name, answer)
    if told.status == "right":
        print(told.text, "Yours is built in.")
        return answer
    print(told.text + ("\n" if "\n" in told.text else " ") + "The library's stands in for it.")
    return find(name).right


def _judged(name, *answers):
    """The verdict on an answer that a reader gives; hints follow it."""
    told = verdict(name, *answers)
    if told.counts:
        progress = _progress.setdefault(told.exercise, _Progress())
        progress.solved = told.status == "right"
        progress.tried = told.text
    return told


# ---- hints


def hint(name: str = "", n: int | None = None) -> None:
    """Print the next hint of exercise `name`, or hint `n`, counted from 1. Never raises.

    Another hint comes when another answer has been tried: a cell that is run again gives the same.
    After the right answer there is none.
    """
    try:
        exercise = find(name)
    except KeyError as error:
        print(error.args[0])
        return
    total = len(exercise.hints)
    if not total:
        print(f"{exercise.name} has no hints.")
        return
    progress = _progress.setdefault(exercise.name, _Progress())
    if progress.solved:
        print(f"{exercise.name}: you have it, no hint is needed.")
        return
    if n is None:
        n = _next_hint(progress, total)
    elif isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= total:
        print(f"{exercise.name} has the hints 1 to {total}; there is no hint {n!r:.20}.")
        return
    progress.hints, progress.hinted_at = n, progress.tried
    text = exercise.hint(n - 1)
    print(f"Hint {n} of {total}:{'' if text.startswith(chr(10)) else ' '}{text}")
    if n < total:
        print(f'The next one: after another try, or at once with cnnlib.hint("{name}", {n + 1})')


def _next_hint(progress, total):
    """The number of the hint that is due: the last one again, until another answer is tried."""
    another = not progress.hints or progress.hinted_at != progress.tried
    return min(progress.hints + another, total)
