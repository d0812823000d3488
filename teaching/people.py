"""people: the names of a class, and the answers that were given."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from teaching.blanks import is_blank
from teaching.files import Refused, Row, read_table, read_text
from teaching.seals import seal

COLUMN, LOGIN, SEAL = "student", "login", "seal"
HEADS = ("name", "names", "student", "students")  # the first line of a list may say what it is
TABLES = (".csv", ".tsv")
ALIKE = 0.66  # as difflib compares: three letters of which one differs, and more
FAMILIAR = ("LATIN ", "GREEK ", "CYRILLIC ", "MODIFIER ")  # letters that every font draws
# letters that are not one of a to z with an accent
APART = str.maketrans(dict(zip("æœøđðþłı", ("ae", "oe", "o", "d", "d", "th", "l", "i"))))
# columns that a list of a class may have beside its questions, without the point of "No."
USUAL = {COLUMN, LOGIN, "form", "name", "no", "nr", "number", "n", "#", "id", "class", "group"}
USUAL |= {"email", "e-mail", "mail", "date"}
LAST = (
    "Of several rows of a student the last answer to each question counts, files in the order of "
    "their names. Delete a row to take another one. If they are two students, add a letter to one "
    "name."
)

AS_LISTED = "Taken as the one name in the class list that has the same words"
SHOWN = 5  # of many names


# ---- names


def same_person(name: str) -> str:
    """A name as it is compared: without capitals, doubled spaces, and ways to write an accent."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def spellings(names: Iterable[str]) -> str:
    """The ways in which a name is written, "Gross, Jan or Groß, Jan": other capitals and spaces are
    none."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(unicodedata.normalize("NFKC", " ".join(name.lower().split())), name)
    return " or ".join(found.values())


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared, in the order of the alphabet: what is neither a
    letter nor a digit stands between them."""
    return tuple(sorted(re.findall(r"[^\W_]+", same_person(name))))


def bare(name: str) -> str:
    """A name in small letters without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(APART))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def alike(name: str, others: Iterable[str]) -> str:
    """The one of other names that may be meant: it differs by accents, by the order of its words,
    or by a letter or two; "" without one."""
    known = {_in_order(other): other for other in others}
    found = difflib.get_close_matches(_in_order(name), known, 1, ALIKE)
    return known[found[0]] if found else ""


def has_other_letters(name: str) -> bool:
    """Whether some of its letters are not Latin, Greek or Cyrillic: not every font draws them."""
    kinds = (unicodedata.name(letter, "") for letter in name if letter.isalpha())
    return not all(kind.startswith(FAMILIAR) for kind in kinds)


def fonts_told(names: Iterable[str]) -> list[str]:
    """A line where some of the names need a font that the machine may not have."""
    other = [name for name in names if has_other_letters(name)]
    start = "Look at the print: names in other scripts, such as"
    return [f"{start} {name}, need a font." for name in other[:1]]


def likeness(name: str, others: Iterable[str]) -> str:
    """Which of other names is most like this one, in words."""
    like = alike(name, others)
    return f"most like {like}" if like else "no name there is like it"


def _in_order(name):
    return " ".join(words_of(bare(name)))


# ---- a class


def class_list(path: Path) -> list[str]:
    """The names of a class: of the column "student" of a CSV file, else one name a line, where a
    first line that says "name" is none.

    Raises Refused for a file without names, and for names that come twice.
    """
    return [name for name, _, _ in _listed(path)]


def known_as(path: Path) -> dict[str, str]:
    """{a name or a login as same_person writes it: the student} of a class list, which may have a
    column "login". Raises Refused as class_list does."""
    listed = _listed(path)
    logins = {same_person(login): name for name, _, login in listed if login}
    return logins | {same_person(name): name for name, _, _ in listed}


def _listed(path):
    """(name, line, login) of a class list."""
    if path.suffix.lower() in TABLES:
        listed = [(r[COLUMN], r.line, r.get(LOGIN, "")) for r in read_table(path, [COLUMN])]
    else:
        lines = read_text(path, "UTF-8 text").splitlines()
        listed = [(line.strip(), n, "") for n, line in enumerate(lines, 1)]
        listed = listed[1:] if listed and listed[0][0].lower() in HEADS else listed
    listed = [one for one in listed if one[0]]
    if not listed:
        raise Refused(f"{path} holds no names: one a line, or a CSV file with a column {COLUMN}")
    _once_each([(name, line) for name, line, _ in listed], path)
    return listed


def _once_each(listed, path):
    """Raise Refused where some of the (name, line) are the same."""
    lines: dict[str, list[tuple[str, int]]] = {}
    for name, line in listed:
        lines.setdefault(same_person(name), []).append((name, line))
    twice = [
        f"{spellings(name for name, _ in own)} (lines {' and '.join(str(line) for _, line in own)})"
        for own in lines.values()
        if len(own) > 1
    ]
    if twice:
        raise Refused(
            f"{path}: names that stand there twice: {'; '.join(twice)}. Two students: add a letter "
            "to one name, and tell both. One student: delete a line."
        )


def compared(path: Path, students: Iterable[str], names: Path) -> list[str]:
    """Who of the class list `names` is not among the students of `path`.

    Raises Refused for students who are not in the list, with the names that are like theirs.
    """
    known = {same_person(name): name for name in class_list(names)}
    given = {same_person(name): name for name in students}
    strange = given.keys() - known.keys()
    if strange:
        strangers = [f"{given[key]} ({likeness(key, known.values())})" for key in strange]
        told = "; ".join(sorted(strangers))
        raise Refused(f"{path}: not in {names}: {told}; write names as they stand there")
    return [name for key, name in known.items() if key not in given]


# ---- answers


class Answers(NamedTuple):
    """What a class has answered.

    given: {student: {question: the answer as it was typed}}. silent: who has a row and no answer.
    said: what is to be said of rows and columns that do not count. students: all, in the order of
    their rows.
    """

    given: dict[str, dict[str, str]]
    silent: list[str]
    said: list[str]
    students: list[str]


def answers(
    path: Path,
    questions: Sequence[str],
    word: str,
    also: Sequence[str] = (),
    without: Collection[str] = (),
    words: Collection[str] = (),
    listed: Sequence[str] = (),
) -> Answers:
    """What a CSV file has, or all in a folder and below it. Rows of a student are put together: the
    last answer to a question counts, and a dash is none. listed: the names of the class; a name
    with the words of one of them, whatever their order, is that one where no other has them all.

    Only columns of `questions` are taken, whatever their capitals, and at least one must be there;
    `also`: other columns. A question that a student's file has no column for was not asked. Another
    column with a text in it is told, but not one of the questions `without`. words: questions that
    are answered by a word, which a dash may be.
    Raises Refused, also where a row has the seal of another word.
    """
    wanted = [] if path.is_dir() else [COLUMN]
    rows = [row for file in _files(path) for row in read_table(file, wanted)]
    for row in rows:
        _tidy(row, [*questions, *without], words)
    known = [name for name in questions if any(name.lower() in row for row in rows)]
    asked = [row for row in rows if any(name.lower() in row for name in known)]
    if not asked:
        raise Refused(f"{path}: {_nothing(rows, questions)}")
    for row in asked:
        _check(row, known, word)
    others = {row.path.name for row in rows} - {row.path.name for row in asked}
    said = [f"{name} has no column of a question: left out." for name in sorted(others)]
    said += _no_questions(asked, {*known, *also, *without})
    said += _as_listed(asked, listed)
    joined, twice = _counting([row for row in asked if row[COLUMN]], known, also)
    taken = [*known, *also]
    given = {row[COLUMN]: _taken(row, taken) for row in joined if _is_answered(row, known)}
    if not given:
        why = "no known question has an answer" if said else "no student has answered"
        raise Refused("\n".join([f"{path}: {why}", *said]))
    students = [row[COLUMN] for row in joined]
    silent = [name for name in students if name not in given]
    return Answers(given, silent, [*said, *twice], students)


def _nothing(rows, questions):
    """Why rows without a column of a question have nothing to mark."""
    if not rows:
        return "no student has answered"
    met = ", ".join(name for name in rows[0] if name and not _is_about_row(name)) or "none"
    return f"no column of a question, such as {questions[0]}; there are {met}"


def _taken(row, names):
    return {name: row[name.lower()] for name in names if name.lower() in row}


def _tidy(row, questions, words):
    """Name columns as the questions, 5c where the head is 05c or 5 c, and empty what is no answer.

    Raises Refused where two heads are one question.
    """
    for name in map(str.lower, questions):
        heads = [head for head in row if _short(head) == name or head == name]
        if len(heads) > 1:
            raise Refused(f"{row.path}: two columns are called {name}: {', '.join(heads)}")
        for head in heads:
            row[name] = row.pop(head)
            if is_blank(row[name]) and name not in {word.lower() for word in words}:
                row[name] = ""


def _short(head):
    """A head without blanks and zeros before it."""
    return "".join(unicodedata.normalize("NFKC", head).split()).lstrip("0")


def _no_questions(rows, names):
    """A line of the columns that have a text and are neither questions nor usual."""
    known = {name.lower() for name in names}
    filled = dict.fromkeys(head for row in rows for head, text in row.items() if text)
    unknown = [head for head in filled if head not in known and not _is_about_row(head)]
    own = "; is --exercises missing?" if any("." in head for head in unknown) else "."
    if unknown:
        told = ", ".join(head or "a column without a head" for head in unknown)
        yield f"{told}: no question known here, left out{own}"


def _files(path):
    """The CSV files of a folder, x before x (1), and that before x (10)."""
    if not path.is_dir():
        return [path]
    found = [one for one in path.rglob("*") if one.suffix.lower() == ".csv" and one.name[0] != "."]
    if not found:
        raise Refused(f"{path}: no CSV file in this folder")
    return sorted(found, key=_in_numbers)


def _in_numbers(path):
    parts = re.split(r"(\d+)", path.stem)
    return [int(part) if n % 2 else part for n, part in enumerate(parts)], str(path)


def _is_about_row(column):
    """Whether a column is one that lists have, such as a login, or the seal."""
    return column.strip(" .") in USUAL or column.split()[:1] == [SEAL]


def _check(row, questions, word):
    """Raise Refused for answers of nobody, and for the seal of another word: that of the row, or of
    the head "seal ABCD"."""
    if COLUMN not in row:
        raise Refused(f"{row.path}: there are answers, and no column {COLUMN}")
    if not row[COLUMN] and _is_answered(row, questions):
        raise Refused(f"{row.path}, line {row.line}: a row has answers and no student")
    seals = [text or name[len(SEAL) :] for name, text in row.items() if name.split()[:1] == [SEAL]]
    met = "".join(seals).strip().upper()
    if met and met != seal(word):
        raise Refused(
            f"{row.path}, line {row.line}: {row[COLUMN]} had questions of another word than "
            f"{word!r}: its seal is {met}, that of {word!r} is {seal(word)}"
        )


def _as_listed(rows, names):
    """Write names as the class list does, and yield a line of those that had another order."""
    known = {same_person(name) for name in names}
    strange = {row[COLUMN] for row in rows} - {""}
    found = {met: _meant(met, names) for met in sorted(strange) if same_person(met) not in known}
    taken = {met: name for met, name in found.items() if name}
    for row in rows:
        row[COLUMN] = taken.get(row[COLUMN], row[COLUMN])
    if taken:
        told = [f"{met} as {name}" for met, name in taken.items()]
        more = f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
        yield f"{AS_LISTED}: {'; '.join(told[:SHOWN])}{more}."


def _meant(met, names):
    """The one of the names that has the same words, where no other has them all, as that of a
    namesake with a letter; "" without one."""
    words = words_of(met)
    fitting = [name for name in names if words and {*words} <= {*words_of(name)}]
    return fitting[0] if len(fitting) == 1 and words_of(fitting[0]) == words else ""


def _is_answered(row, questions):
    return any(row.get(name.lower()) for name in questions)


def _counting(rows, questions, also):
    """(the row that counts for each student, what is to be said of the others)."""
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(same_person(row[COLUMN]), []).append(row)
    found = [[row for row in own if _is_answered(row, questions)] or own for own in of.values()]
    twice = [line for own in found for line in _told(own, questions, also)]
    return [_joined(own, also) for own in found], [*twice, *[LAST][: len(twice)]]


def _joined(rows, also):
    """The last answer to each question, from all rows that are of the same form as the last."""
    joined = Row({}, rows[-1].path, rows[-1].line)
    for row in rows:
        if _same_form(row, rows[-1], also):
            joined.update((name, text) for name, text in row.items() if text or name not in joined)
    return joined


def _told(rows, questions, also):
    """A line where not all that stands in the rows of a student counts."""
    counts = _joined(rows, also)
    lost = [told for row in rows for told in _lost(row, counts, questions, also)]
    if lost:
        who = spellings(row[COLUMN] for row in reversed(rows))
        last = f"line {counts.line} of {counts.path.name}"
        yield f"{who} stands there twice: {last} counts, and not {', '.join(lost)}."


def _lost(row, counts, questions, also):
    """What of a row does not count: "line 2 of a.csv", or "question 5c of line 2 of a.csv"."""
    filled = [name for name in questions if row.get(name.lower())]
    others = [name for name in filled if row[name.lower()] != counts.get(name.lower())]
    lost = others if _same_form(row, counts, also) else filled
    if lost:
        some = "" if lost == filled else f"question {' and '.join(lost)} of "
        yield f"{some}line {row.line} of {row.path.name}"


def _same_form(row, last, also):
    return all(row.get(name) == last.get(name) for name in also)
