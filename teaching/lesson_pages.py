"""lesson_pages: which exercises each page of the course asks, as the texts of the lessons say."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

TEXTS = Path(__file__).resolve().parents[1] / "lessons"
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
ASKED = re.compile(r"""cnnlib\.(?:check|use)\(\s*["'](\w+\.[\w.]+)["']""")
SHOWN = re.compile(r"""^cnnlib\.check\("[^"]+", [-\d\["'][^\n]*\)$""", re.MULTILINE)


class LessonPage(NamedTuple):
    """A page of the course: the name of its file without .ipynb, its title, its exercises in their
    order, and the checks that it shows with an answer in them."""

    name: str
    title: str
    exercises: tuple[str, ...]
    shown: frozenset[str]


@cache
def _all_pages():
    return [_page(path) for path in sorted(TEXTS.glob("*.md"))]


@cache
def pages() -> dict[str, LessonPage]:
    """All pages that ask exercises, by name, in the order of the course."""
    return {page.name: page for page in _all_pages() if page.exercises}


def lesson_of(page: LessonPage) -> str:
    """The number of a page, as 05; the name of a page of a teacher's own exercises."""
    return page.name.partition("_")[0] if page.name in pages() else page.name


def titles_without() -> set[str]:
    """The titles of the pages that ask no exercise."""
    return {page.title for page in _all_pages() if not page.exercises}


def _page(path):
    text = path.read_text(encoding="utf-8")
    asked = tuple(dict.fromkeys(ASKED.findall(text)))
    return LessonPage(path.stem, TITLE.search(text)[1], asked, frozenset(SHOWN.findall(text)))


def page_of(asked: set[str], title: str) -> LessonPage | None:
    """The page that asks most of these exercises; of two the one with this title; None without."""

    def likeness(page):
        return len(asked & {*page.exercises}), page.title == title

    best = max(pages().values(), key=likeness)
    return best if any(likeness(best)) else None
