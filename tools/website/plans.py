"""plans: what TEACHING.md says of a lesson, piece by piece."""

import re
from typing import NamedTuple

from tools.builder import places

SECTION = re.compile(r"^### (\w+) · [^\n]*\n\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| ([^|]+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
LABEL = r"\*\*{}:?\.?\*\*:? (.*?)(?=\n\*\*|\n\n\||\Z)"


class Row(NamedTuple):
    """A part of a meeting, and its minutes in one of 45 and in one of 90."""

    part: str
    short: int
    long: int


class Plan(NamedTuple):
    """The plan of a lesson, in Markdown."""

    opening: str
    rows: list
    stop: str
    vote: str
    wrong: str
    board: str
    question: str
    key: str


def plan_of(number):
    """The plan of the lesson with this number, such as "02b"."""
    text = (places.ROOT / "TEACHING.md").read_text(encoding="utf-8")
    return plan_in(dict(SECTION.findall(text))[number])


def plan_in(section):
    """A section of TEACHING.md as a Plan."""
    names = ("Open with", "Stop", "Vote", "Most get wrong", "On the board", "Exit question")
    parts = {name: _labelled(name, section) for name in names}
    question, _, key = parts["Exit question"].partition("*Key:*")
    return Plan(
        opening=parts["Open with"],
        rows=[Row(part, int(short), int(long)) for part, short, long in ROW.findall(section)],
        stop=parts["Stop"],
        vote=parts["Vote"],
        wrong=parts["Most get wrong"],
        board=parts["On the board"],
        question=question.strip(),
        key=key.strip(),
    )


def _labelled(name, section):
    """What stands behind a label such as **Stop**, up to the next one; "" where it is not there."""
    found = re.search(LABEL.format(name), section, re.DOTALL)
    return found[1].strip() if found else ""
