"""corpus: answers as students write them, made from the pages alone, without a look at the keys.

right_answers and wrong_answers note them here, by exercise; tests/test_corpus.py asks for verdicts.
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.corpus.far_fetched import FAR_FETCHED


class Answer(NamedTuple):
    """An answer to exercise `name`; tag: the mistake in a few words, "" where it is right;
    student: whether a student would really give it."""

    name: str
    answer: Any
    tag: str = ""
    student: bool = True

    @property
    def label(self) -> str:
        """The exercise and what was answered, or the mistake."""
        return f"{self.name} {self.tag or _told(self.answer)}"


RIGHT: list[Answer] = []
WRONG: list[Answer] = []


def right(name: str, *answers: Any) -> Callable:
    """Note right answers to exercise `name`; without any, a decorator that notes a function."""
    RIGHT.extend(Answer(name, answer) for answer in answers)

    def note(function):
        RIGHT.append(Answer(name, function))
        return function

    return note


def wrong(name: str, tag: str, *answers: Any, student: bool = True) -> Callable:
    """Note wrong answers to exercise `name`, all with the mistake `tag`; or a decorator."""
    student = student and tag not in FAR_FETCHED
    WRONG.extend(Answer(name, answer, tag, student) for answer in answers)

    def note(function):
        WRONG.append(Answer(name, function, tag, student))
        return function

    return note


def nonsense(name: str, tag: str, *answers: Any) -> None:
    """Note wrong answers that nobody would give who has read the page."""
    wrong(name, tag, *answers, student=False)


def _told(answer):
    """A value as Python prints it, the name of a function, or the text of a lambda."""
    if not callable(answer):
        return " ".join(repr(answer).split())
    if answer.__name__ != "<lambda>":
        return answer.__name__
    return " ".join(inspect.getsource(answer).split())
