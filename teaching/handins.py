"""handins: notebooks as students hand them in, whatever they are called and whatever state they are
in. Nothing of them is run here."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from teaching.lesson_pages import ASKED, TITLE, LessonPage, page_of, pages
from teaching.people import same_person

LARGEST = 50_000_000  # bytes: a page of the course has one million
FILLED = re.compile(r"\A(?!.*\.\.\.).*\bcheck\(", re.DOTALL)  # a check, and no blank
ANSWERED = re.compile(r"^(\S+): (Right\.|Not yet: )(.*)", re.DOTALL)
EMPTY = re.compile(r"^(\S+) is not answered yet")
START = re.compile(r"^(?=\S+(?:: Right\.|: Not yet: | is not answered yet))", re.MULTILINE)
STANDS_IN = re.compile(r"\s*The library's stands in for it\.\s*$")
MOODLE = re.compile(r"_\d+_assignsubmission_.*", re.DOTALL)
COPY = re.compile(r"(?i)[-_ ]*copy\d*\b|\(\d+\)|\b(?:my|solved|final)[-_ ]")
# code that looks up answers, or puts something in the place of a check
SUSPECT = re.compile(
    r"course\.(?:exercise|keys|own|compare)|lesson_\d|\.right\b|sys\.modules|/dev/fd|__builtins__"
    r"|cnnlib\.(?:check|use)\s*=(?!=)|^\s*def (?:check|use|verdict|print)\b|^\s*print\s*=(?!=)",
    re.MULTILINE,
)
OTHER = "does not count: the same student has a newer one, or one as old with more right answers"
RIGHT, WRONG, UNANSWERED, NOT_RUN = "right", "wrong", "not answered", "not run"


class Unreadable(Exception):
    """A file is no notebook that can be read; the message says why."""


class Told(NamedTuple):
    """What a verdict says: right, wrong or not answered; not run where none is stored, or only that
    of the blank which has been filled since; and why it is wrong."""

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
    asks without any verdict is not run."""

    student: str
    path: Path
    page: LessonPage
    cells: list[Cell]
    told: dict[str, Told]
    notes: list[str] = field(default_factory=list)


# ---- a folder


def collected(
    folder: Path, leave_out: Path, names: Mapping[str, str] | None = None
) -> tuple[list[HandIn], list[tuple[str, str]]]:
    """(the hand-ins in a folder and its sub-folders, what is to be said of files: (path, words)).

    leave_out: a folder that is not looked into. names: {as same_person writes what a folder or
    file is called: the student}; what is not among them is the student's name itself. Of two
    notebooks of the same student for the same page the newer file counts, of two as old the one
    with more right answers.
    """
    best: dict[tuple[str, str], HandIn] = {}
    said = []
    for path in _files(folder, leave_out):
        where = path.relative_to(folder)
        try:
            name = student_of(where)
            one = read(path, (names or {}).get(same_person(name), name))
        except Unreadable as error:
            said.append((str(where), str(error)))
            continue
        said += [(str(where), note) for note in one.notes]
        key = same_person(one.student), one.page.name
        if key in best:
            one, other = sorted((best[key], one), key=_age, reverse=True)
            said.append((str(other.path.relative_to(folder)), OTHER))
        best[key] = one
    ordered = sorted(best.values(), key=lambda one: (one.student.casefold(), one.page.name))
    return ordered, said


def _age(one):
    """What is larger for the notebook that counts."""
    right = sum(told.status == RIGHT for told in one.told.values())
    return int(one.path.stat().st_mtime), right


def _files(folder: Path, leave_out: Path) -> Iterator[Path]:
    """All files that may be handed in: none that is hidden, and none through a link."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__MACOSX")) or path.is_symlink():
            continue
        if path.is_dir():
            if path.resolve() != leave_out.resolve():
                yield from _files(path, leave_out)
        elif path.is_file():
            yield path


def student_of(where: Path) -> str:
    """Whose it is: the first folder, else the file's name without the page's. What Moodle adds to
    either is left out."""
    name = MOODLE.sub("", where.parts[0])
    if len(where.parts) > 1:
        return name.strip(" _-") or where.parts[0]
    name = where.stem if name == where.name else name
    short = name
    for page in pages():
        short = re.sub(re.escape(page), "", short, flags=re.IGNORECASE)
    return COPY.sub(" ", short).strip(" _-.") or name


# ---- a notebook


def read(path: Path, student: str) -> HandIn:
    """A notebook with its stored verdicts; raises Unreadable."""
    cells = [*_cells(_json(path))]
    code = [cell for cell in cells if cell.kind == "code"]
    told, runs = {}, {}
    sources = "\n".join(cell.source for cell in code)
    asked = dict.fromkeys(ASKED.findall(sources))
    titles = (TITLE.search(cell.source) for cell in cells if cell.kind == "markdown")
    title = next((found[1] for found in titles if found), "")
    page = page_of({*asked, *(name for c in code for name, _ in verdicts(c.printed))}, title)
    if page is None and asked:  # a teacher's own exercises
        page = LessonPage(next(iter(asked)).partition(".")[0], title, tuple(asked), frozenset())
    if page is None:
        raise Unreadable("no page of the course: it asks no exercise")
    told = {name: Told(NOT_RUN) for name in asked}
    for cell in code:
        for name, one in _stored(cell) if cell.source.strip() not in page.shown else ():
            rank = one.status != UNANSWERED, cell.count
            if rank >= runs.get(name, (False, -1)):
                told[name], runs[name] = one, rank
    unknown = [name for name in told if name not in page.exercises]
    notes = [f"{page.name} does not ask {', '.join(unknown)}: another version?"] if unknown else []
    found = SUSPECT.search(sources)
    notes += [f"has {found[0].strip()!r} in its code: read it yourself"] if found else []
    return HandIn(student, path, page, cells, told, notes)


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
            yield found[1], Told(WRONG, STANDS_IN.sub("", line).strip())


def _json(path: Path) -> dict[str, Any]:
    """What is in the file; raises Unreadable where that is no notebook."""
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(f"too large: {size / 1e6:,.0f} MB")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    if not data.strip():
        raise Unreadable("an empty file")
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("a zip file: unpack it first")
    if path.suffix.lower() not in (".ipynb", ".json", ".txt", ""):
        raise Unreadable("not a notebook")
    try:
        try:
            found = json.loads(data)  # UTF-8, 16 and 32
        except UnicodeDecodeError:
            found = json.loads(data.decode("cp1252", errors="replace"))
    except (ValueError, RecursionError) as error:
        whole = path.suffix.lower() == ".ipynb"
        words = f"damaged: {error}" if whole else "not a notebook"
        raise Unreadable(words) from None
    if not isinstance(found, dict) or not ({"cells", "worksheets"} & {*found}):
        raise Unreadable("not a notebook")
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
