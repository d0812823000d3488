"""files: tables that a spreadsheet reads and writes: CSV in UTF-8."""

import argparse
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from teaching.blanks import DASHES

SEPARATORS = ",;\t"
SEPARATOR = re.compile(r"sep=([,;\t])", re.IGNORECASE)
WORKBOOKS = (".xls", ".xlsx", ".ods", ".numbers")
ACTIVE = tuple("=+-@＝＋－＠")  # what begins with one of these a spreadsheet computes
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
ONE = rf"[+\-{DASHES}]?\d+(\.\d+)?"
DECIMALS = re.compile(rf"{ONE}(;\s*{ONE})*")  # one, or a row of them
PARTS = re.compile(r"(\s*)([^;,\t\r\n]+)")  # cells, where a spreadsheet cuts elsewhere than we do
NAMING = ("exercise", "question")  # columns whose 3.1 is a name, and no number
SEMICOLONS = """write CSV files with semicolons and decimal commas, as a spreadsheet opens them by a
double click where 0.5 is written 0,5; what is read may have commas, semicolons or tabs"""
_semicolons = ContextVar("semicolons", default=False)


class Refused(Exception):
    """A file or an argument cannot be used; the message names what was met and what was wanted."""


class Row(dict[str, str]):
    """{column: text} of a table, and where it stands: the file, and the line, from 1."""

    def __init__(self, cells: dict[str, str], path: Path, line: int) -> None:
        super().__init__(cells)
        self.path, self.line = path, line


# ---- reading


def read_text(path: Path, kind: str) -> str:
    """A text file in UTF-8; raises Refused, which says as what `kind` it is to be saved."""
    if path.suffix.lower() in WORKBOOKS:
        raise Refused(f"{path} is a workbook: save it as {kind}")
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not in UTF-8: save it as {kind}") from None


def read_table(path: Path, wanted: Sequence[str]) -> list[Row]:
    """The rows of a CSV file in UTF-8, each {column: text without spaces around it}.

    Its first line names the columns, `wanted` among them, in any order and whatever their capitals;
    commas, semicolons and tabs separate alike, as spreadsheets of other countries write. Rows
    without any text are left out, and so is an apostrophe that keeps a text from being computed.
    Raises Refused, with the line where there is one.
    """
    (first, head), *lines = _lines(path) or [(1, [])]
    columns = [name.strip().lower() for name in head]
    missing = [name for name in wanted if name not in columns]
    if missing:
        met = ", ".join(filter(None, columns)) or "none"
        raise Refused(
            f"{path}, line {first}: no column {', '.join(missing)}; the columns are {met}"
        )
    twice = [name for name in columns if name and columns.count(name) > 1]
    if twice:
        raise Refused(f"{path}, line {first}: two columns are called {twice[0]}")
    rows = []
    for line, cells in lines:
        texts = [_plain(cell.strip()) for cell in cells]
        if any(texts[len(columns) :]):
            told = f"{len(cells)} cells under {len(columns)} columns"
            raise Refused(f"{path}, line {line}: {told}; a cell with a comma stands in quotes")
        if any(texts):
            filled = [*texts, *[""] * (len(columns) - len(texts))]
            unnamed = next((text for name, text in zip(columns, filled) if text and not name), "")
            cells = dict(zip(columns, filled)) | ({"": unnamed} if "" in columns else {})
            rows.append(Row(cells, path, line))
    return rows


def _lines(path):
    """(the number of its line, the cells) of each row; a cell may go over several lines."""
    text = read_text(path, "'CSV UTF-8'")
    first = (text.splitlines() or [""])[0]
    told = SEPARATOR.fullmatch(first)  # Excel's own first line, which says what separates
    separator = told[1] if told else max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        why = f"{error}; is a quotation mark missing?"
        raise Refused(f"{path}, line {line}: {why}") from None
    return found[1:] if told else found


# ---- writing


def offer_semicolons(command: argparse.ArgumentParser) -> None:
    """Add the option to a command that writes tables."""
    command.add_argument("--semicolons", action="store_true", help=SEMICOLONS)


@contextmanager
def semicolons(wanted: bool) -> Iterator[None]:
    """While it lasts, write_table writes as SEMICOLONS says, or else with commas and points."""
    before = _semicolons.set(wanted)
    try:
        yield
    finally:
        _semicolons.reset(before)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file in UTF-8 that Excel, too, knows as such; read_table reads it again.

    What a spreadsheet would compute is written with an apostrophe before it, also behind a comma or
    semicolon, where it may cut; read_table takes it away. Within `semicolons` a number has a
    decimal comma.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if _semicolons.get() else ",")
    writer.writerow(columns)
    writer.writerows([*map(_written, columns, row)] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def write_to_fill_in(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """As write_table, but a file that is there stays, since somebody may have filled it in; that
    is printed."""
    if path.exists():
        print(f"{path} is there already and stays as it is; rename it to get a new one")
    else:
        write_table(path, columns, rows)


def _written(column, cell):
    """A student may be called =1+1, and a spreadsheet must not compute it; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    if _semicolons.get() and column not in NAMING and DECIMALS.fullmatch(text):
        return text.replace(".", ",")
    return PARTS.sub(lambda part: part[1] + _quoted(part[2]), text)


def _plain(text):
    """A text as it was before it was written."""
    return PARTS.sub(lambda part: part[1] + _unquoted(part[2]), text)


def _quoted(part):
    return f"'{part}" if _is_active(part) and not NUMBER.fullmatch(part.rstrip()) else part


def _unquoted(part):
    return part[1:] if part.startswith("'") and _is_active(part) else part


def _is_active(part):
    """Whether it begins as a formula does; with apostrophes before it, it may be one once more."""
    return part.lstrip("'").startswith(ACTIVE)
