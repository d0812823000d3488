"""handins: a notebook as a student hands it in, whatever it is called and whatever state it is in.
Nothing of it is run here."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from teaching.lesson_pages import ASKED, TITLE, LessonPage, page_of, titles_without

LARGEST = 50_000_000  # bytes: a page of the course has one million
FILLED = re.compile(r"\A(?!.*\.\.\.).*\bcheck\(", re.DOTALL)  # a check, and no blank
NAME = r"(\w+\.[\w.]+)"
ANSWERED = re.compile(NAME + r": (Right\.|Not yet: )(.*)", re.DOTALL)
EMPTY = re.compile(NAME + " is not answered yet")
START = re.compile(r"^(?=\w+\.[\w.]+(?:: Right\.|: Not yet: | is not answered yet))", re.MULTILINE)
STANDS_IN = "The library's stands in for it."
LONGEST = 500  # letters of what a verdict says; a longer one was not written by a check
NOTEBOOK = ".ipynb"
KINDS = (NOTEBOOK, ".json", ".txt", "")  # how the name of a notebook may end
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# code that looks up answers, or puts something in the place of a check
SUSPECT = re.compile(
    r"course\.(?:exercise|keys|own|compare)|lesson_\d|\.right\b|sys\.modules|/dev/fd|__builtins__"
    r"|cnnlib\.(?:check|use)\s*=(?!=)|^[ \t]*def (?:check|use|verdict|print)\b"
    r"|^[ \t]*print\s*=(?!=)",
    re.MULTILINE,
)
RIGHT, WRONG, UNANSWERED, NOT_RUN = "right", "wrong", "not answered", "not run"
UNREADABLE = "unreadable"
NO_NOTEBOOK = "not a notebook"
ZIP = b"PK\x03\x04"


class Unreadable(Exception):
    """A file is no notebook that can be read; the message says why, `page` of which page of the
    course it may have been one."""

    page: LessonPage | None = None

    @property
    def told(self) -> str:
        """What stands in the row of its student."""
        return f"cannot be read: {self}"


class Damaged(Unreadable):
    """A notebook of which a part is missing or another one."""

    def __init__(self, technical: object) -> None:
        super().__init__(f"damaged, so it cannot be read: ask for it again ({technical})")

    @property
    def told(self) -> str:
        """What stands in the row of its student."""
        return str(self)


class NoPage(Unreadable):
    """A notebook that asks no exercise; it may be a page of the course that is shipped so."""

    def __init__(self, title: str) -> None:
        super().__init__("no page of the course: it asks no exercise")
        self.is_shipped = title in titles_without()

    @property
    def told(self) -> str:
        """What stands in the row of its student."""
        return str(self)


class Told(NamedTuple):
    """What a verdict says: right, wrong or not answered; not run where none is stored, or only that
    of the blank which has been filled since; unreadable where the file is; and why it is wrong or
    unreadable."""

    status: str
    why: str = ""


class Cell(NamedTuple):
    """A cell of a notebook: its text, what was printed under it, and the number of its run."""

    kind: str
    source: str
    printed: str
    count: int


@dataclass
class HandIn:
    """One notebook of one student: `told` are its stored verdicts, by exercise; an exercise that it
    asks without any verdict is not run. One that cannot be read has no cells. `when` is the
    second in which the file was written; `listed` the student as the class list has them, "" where
    it does not; `perhaps` who of the list it may be; `parent` the folder in which it or its
    student's folder lies; `named` the page that its file is called after, where that is another
    one; `placed`: of which page it is is not known."""

    student: str
    path: Path
    page: LessonPage
    cells: list[Cell]
    told: dict[str, Told]
    notes: list[str] = field(default_factory=list)
    when: int = 0
    listed: str = ""
    perhaps: tuple[str, ...] = ()
    parent: str = ""
    named: LessonPage | None = None
    placed: bool = False

    @property
    def meant(self) -> LessonPage:
        """The page that was to be handed in, as far as that can be known."""
        return self.named or self.page

    @property
    def answers(self) -> int:
        """How many exercises have an answer, right or wrong, or one that was not run."""
        filled = {
            name
            for cell in self.cells
            if FILLED.search(cell.source) and cell.source.strip() not in self.page.shown
            for name in ASKED.findall(cell.source)
        }
        return sum(
            told.status in (RIGHT, WRONG) or (told.status == NOT_RUN and name in filled)
            for name, told in self.told.items()
        )


# ---- a notebook


def read(path: Path, student: str) -> HandIn:
    """A notebook with its stored verdicts; raises Unreadable."""
    data, when = _opened(path)
    found = _json(data, path.suffix.lower() == NOTEBOOK)
    cells = [*_cells(found)]
    code = [cell for cell in cells if cell.kind == "code"]
    told, runs = {}, {}
    sources = "\n".join(cell.source for cell in code)
    asked = dict.fromkeys(ASKED.findall(sources))
    titles = (TITLE.search(cell.source) for cell in cells if cell.kind == "markdown")
    title = legible(next((found[1] for found in titles if found), ""))
    page = page_of({*asked, *(name for c in code for name, _ in verdicts(c.printed))}, title)
    if page is None and asked:  # a teacher's own exercises
        page = LessonPage(next(iter(asked)).partition(".")[0], title, tuple(asked), frozenset())
    if page is None:
        raise NoPage(title)
    told = {name: Told(NOT_RUN) for name in asked}
    for cell in code:
        for name, one in _stored(cell) if cell.source.strip() not in page.shown else ():
            rank = one.status != UNANSWERED, cell.count
            if rank >= runs.get(name, (False, -1)):
                told[name], runs[name] = one, rank
    return HandIn(student, path, page, cells, told, [*_notes(page, told, sources, found)], when)


def _notes(page, told, sources, found):
    """What a teacher should know of a notebook beside its verdicts."""
    unknown = [name for name in told if name not in page.exercises]
    if unknown:
        yield f"{page.name} does not ask {', '.join(unknown)}: another version?"
    suspect = SUSPECT.search(sources)
    if suspect:
        yield f"has {suspect[0].strip()!r} in its code: read it yourself"
    language = _language(found.get("metadata"))
    if language and "python" not in language.casefold():
        yield f"its kernel is {legible(language[:LONGEST])}, not Python: no check can run in it"


def _language(metadata):
    """What language the kernel of a notebook speaks; nothing where it does not say."""
    known = metadata if isinstance(metadata, dict) else {}
    named = (known.get("kernelspec"), "language"), (known.get("language_info"), "name")
    found = (_text(part.get(name)) for part, name in named if isinstance(part, dict))
    return next(filter(None, found), "")


def _stored(cell):
    """The verdicts below a cell; that on a blank which has been filled since was shipped: not
    run."""
    filled = FILLED.search(cell.source)
    for name, told in verdicts(cell.printed):
        yield name, Told(NOT_RUN) if filled and told.status == UNANSWERED else told


def verdicts(printed: str) -> Iterator[tuple[str, Told]]:
    """(exercise, what is told) of each verdict in what a cell has printed."""
    for part in START.split(printed):
        empty, found = EMPTY.match(part), ANSWERED.match(part)
        if empty:
            yield empty[1], Told(UNANSWERED)
        elif found and found[2] == "Right.":
            yield found[1], Told(RIGHT)
        elif found:
            line = found[3].partition("\n")[0]  # below stand an example, a hint, other prints
            why = line.strip().removesuffix(STANDS_IN).strip()
            yield found[1], Told(WRONG, legible(why[:LONGEST]))


def legible(text: str) -> str:
    """A text that any file and any terminal takes: what has no letter is told by its number."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _opened(path: Path) -> tuple[bytes, int]:
    """(what is in a file, the second in which it was written); raises Unreadable."""
    try:
        with path.open("rb") as file:
            known = os.stat(file.fileno())
            kind = path.suffix.lower() in KINDS
            if kind and known.st_size > LARGEST:
                raise Unreadable(f"too large: {known.st_size / 1e6:,.0f} MB")
            data = file.read() if kind else file.read(len(ZIP))
    except OSError as error:
        raise Unreadable(str(error.strerror)) from None
    if data.startswith(ZIP):
        raise Unreadable("a zip file: unpack it first")
    if not data.strip():
        raise Unreadable("an empty file")
    if not kind:
        raise Unreadable(NO_NOTEBOOK)
    return data, int(known.st_mtime)


def _json(data: bytes, damaged: bool) -> dict[str, Any]:
    """A notebook as JSON; raises Unreadable where it is none, with the page that it asks the
    exercises of where it is `damaged` JSON."""
    try:
        try:
            found = json.loads(data)  # UTF-8, 16 and 32
        except UnicodeDecodeError:
            found = json.loads(data.decode("cp1252", errors="replace"))
    except (ValueError, RecursionError) as error:
        unreadable = Damaged(error) if damaged else Unreadable(NO_NOTEBOOK)
        asked = ASKED.findall(data.decode(errors="replace").replace('\\"', '"'))
        unreadable.page = page_of({*asked}, "")
        raise unreadable from None
    if not isinstance(found, dict) or not ({"cells", "worksheets"} & {*found}):
        raise Unreadable(NO_NOTEBOOK)
    return found


def _cells(found: dict[str, Any]) -> Iterator[Cell]:
    """The cells of a notebook; those of format 3 lie in worksheets. What has another form than a
    cell is left out."""
    sheets = [found, *_parts(found, "worksheets")]
    for cell in (cell for sheet in sheets for cell in _parts(sheet, "cells")):
        outputs = _parts(cell, "outputs")
        printed = [_text(o.get("text")) for o in outputs if o.get("output_type") == "stream"]
        count = cell.get("execution_count") or cell.get("prompt_number")
        source = _text(cell.get("source", cell.get("input")))
        count = count if isinstance(count, int) else 0
        yield Cell(str(cell.get("cell_type")), source, "".join(printed), count)


def _parts(whole, name):
    """The dictionaries in a list that stands under a name; none where something else stands."""
    parts = whole.get(name)
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _text(lines):
    """A text, which may be stored as its lines."""
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return lines if isinstance(lines, str) else ""
