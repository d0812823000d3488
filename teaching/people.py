"""people: the names of a class, and the answers that were given."""

import difflib
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from teaching.files import Refused, read_table
from teaching.seals import seal

COLUMN, LOGIN, SEAL = "student", "login", "seal"
HEADS = ("name", "names", "student", "students")  # the first line of a list may say what it is
FORMULA = ("'=", "'+", "'@")  # what files.write_table makes of a name that looks like a formula


def same_person(name: str) -> str:
    """A name as it is compared: without capitals, doubled spaces, and ways to write an accent."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def class_list(path: Path) -> list[str]:
    """The names of a class: of the column "student" of a CSV file, else one name a line, where a
    first line that says "name" is none.

    Raises Refused for a file without names, and for a name that comes twice.
    """
    if path.suffix.lower() in (".csv", ".tsv"):
        names = [plain(row[COLUMN]) for row in read_table(path, [COLUMN])]
    else:
        names = [line.strip() for line in _text(path).splitlines()]
        names = names[1:] if names and names[0].lower() in HEADS else names
    names = [name for name in names if name]
    if not names:
        raise Refused(f"{path} holds no names: one a line, or a CSV file with a column {COLUMN}")
    once_each(names, path)
    return names


def once_each(names: list[str], path: Path) -> None:
    """Raise Refused where two of the names are the same."""
    seen: dict[str, str] = {}
    for name in names:
        if same_person(name) in seen:
            raise Refused(f"{path}: {name} stands there twice; two names must differ, add a letter")
        seen[same_person(name)] = name


def compared(path: Path, students: Iterable[str], names: Path) -> list[str]:
    """Who of the class list `names` is not among the students of `path`.

    Raises Refused for students who are not in the list, with the names that are most like theirs.
    """
    known = {same_person(name): name for name in class_list(names)}
    given = {same_person(name): name for name in students}
    strange = given.keys() - known.keys()
    if strange:
        strangers = [f"{given[key]} (most like {most_like(key, known)})" for key in strange]
        told = ", ".join(sorted(strangers))
        raise Refused(f"{path}: not in {names}: {told}; write names as they stand there")
    return [name for key, name in known.items() if key not in given]


def most_like(name: str, known: dict[str, str]) -> str:
    """The name of a class that is most like this one; known: {as same_person writes it: name}."""
    [like] = difflib.get_close_matches(same_person(name), known, 1, cutoff=0) or [*known][:1]
    return known[like]


def by_login(path: Path) -> dict[str, str]:
    """{login as same_person writes it: student} of a class list with a column "login"; without one
    nothing."""
    if path.suffix.lower() not in (".csv", ".tsv"):
        return {}
    rows = read_table(path, [COLUMN])
    return {same_person(row[LOGIN]): plain(row[COLUMN]) for row in rows if row.get(LOGIN)}


def answers(
    path: Path, questions: list[str], word: str, also: tuple[str, ...] = ()
) -> dict[str, dict[str, str]]:
    """{student: {question: the answer as it was typed}} of a CSV file, or of all in a folder.

    Only columns of `questions` are taken, whatever their capitals, and at least one must be there;
    `also`: other columns. Raises Refused, also where a row has the seal of another word.
    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files:
        raise Refused(f"{path}: no CSV file in this folder")
    rows = [(file, row) for file in files for row in read_table(file, [COLUMN])]
    if not rows:
        raise Refused(f"{path}: no student has answered")
    known = [name for name in questions if any(name.lower() in row for _, row in rows)]
    if not known:
        met = ", ".join(name for name in rows[0][1] if name not in (COLUMN, SEAL)) or "none"
        raise Refused(f"{path}: no column of a question, such as {questions[0]}; there are {met}")
    for file, row in rows:
        if not row[COLUMN]:
            raise Refused(f"{file}: a row has answers and no student")
        if row.get(SEAL) and row[SEAL].upper() != seal(word):
            raise Refused(
                f"{file}: {row[COLUMN]} had questions of another word than {word!r}: "
                f"its seal is {row[SEAL]}, that of {word!r} is {seal(word)}"
            )
    named = [(plain(row[COLUMN]), row) for _, row in rows]
    once_each([name for name, _ in named], path)
    return {
        name: {q: row[q.lower()] for q in (*known, *also) if q.lower() in row}
        for name, row in named
    }


def plain(name: str) -> str:
    """A name without the apostrophe that kept a spreadsheet from computing it."""
    return name[1:] if name.startswith(FORMULA) else name


def _text(path):
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not in UTF-8: save it as UTF-8 text") from None
