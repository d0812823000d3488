"""files: tables that a spreadsheet reads and writes: CSV in UTF-8."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path


class Refused(Exception):
    """A file or an argument cannot be used; the message names what was met and what was wanted."""


def read_table(path: Path, wanted: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8, each {column: text without spaces around it}.

    Its first line names the columns, `wanted` among them, in any order and whatever their capitals;
    commas, semicolons and tabs separate alike, as spreadsheets of other countries write. Rows
    without any text are left out. Raises Refused, with the line where there is one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not in UTF-8: save it as 'CSV UTF-8'") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in wanted if name not in columns]
    if missing:
        met = ", ".join(filter(None, columns)) or "none"
        raise Refused(f"{path}, line 1: no column {', '.join(missing)}; the columns are {met}")
    rows = []
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            raise Refused(
                f"{path}, line {lines.line_num}: {len(cells)} cells under {len(columns)} columns"
            )
        filled = [*cells, *[""] * (len(columns) - len(cells))]
        rows.append({name: cell.strip() for name, cell in zip(columns, filled)})
    return rows


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file in UTF-8 that Excel, too, knows as such; read_table reads it again.

    A text that a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_tame(cell) for cell in row] for row in rows)


def write_to_fill_in(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """As write_table, but a file that is there stays, since somebody may have filled it in; that
    is printed."""
    if path.exists():
        print(f"{path} is there already and stays as it is; rename it to get a new one")
    else:
        write_table(path, columns, rows)


def _tame(cell):
    """A student may be called =1+1, and a spreadsheet must not compute it; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+@") else cell
