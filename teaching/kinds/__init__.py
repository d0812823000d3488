"""kinds: the kinds of questions of each lesson."""

from importlib import import_module

from teaching.questions import Kind
from tools.builder import places

LESSONS = ("01", "02", "02b", "03", "04", "05", "06", "07", "08")


def of_lesson(lesson: str) -> tuple[Kind, ...]:
    """The kinds of a lesson, such as "03", in their order on the sheet: 3a, 3b, 3c. A second half
    goes on with the letters of the first one, as the exercises of the course do."""
    first = lesson.removesuffix("b")
    letters = iter("abcdefghij"[0 if first == lesson else len(_made(first)) :])
    return tuple(
        Kind(f"{int(first)}{letter}", shows, make)
        for letter, (shows, make) in zip(letters, _made(lesson))
    )


def title(lesson: str) -> str:
    """The title of a lesson: "03 · Weigh the kernel"."""
    (text,) = [path for path in places.texts() if places.number(path) == lesson]
    lines = text.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("# ")).removeprefix("# ")


def _made(lesson):
    return import_module(f"teaching.kinds.lesson_{lesson}").KINDS
