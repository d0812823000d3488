"""kinds: the kinds of questions of each lesson."""

from importlib import import_module

from teaching.questions import Kind

LESSONS = ("01", "02", "02b", "03", "04", "05", "06", "07", "08")


def of_lesson(lesson: str) -> tuple[Kind, ...]:
    """The kinds of a lesson, such as "03", in their order on the sheet: 3a, 3b, 3c."""
    short = lesson.removeprefix("0")
    found = import_module(f"teaching.kinds.lesson_{lesson}").KINDS
    return tuple(
        Kind(f"{short}{letter}", shows, make) for letter, (shows, make) in zip("abcdef", found)
    )
