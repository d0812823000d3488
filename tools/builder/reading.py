"""reading: how long a lesson takes, as its Time line says: computed from what a reader meets.

120 words a minute, 5 seconds a line of code that is shown, 20 seconds a formula on a line of its
own, 2 minutes a check; in the exercises 4 minutes a check. Folded code, folded answers, tables and
what is called optional are left out.
"""

import math
import re

from tools.builder.read import folded

NOT_READ_IN_PASSING = [
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\$[^$\n]*\$"),
    re.compile(r"<details>.*?</details>", re.DOTALL),
    re.compile(r"^\|.*$", re.MULTILINE),  # tables
    re.compile(r"\]\([^)]*\)"),  # where links lead
]
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
CHECK = "cnnlib.check("
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
LONGEST = 35  # minutes of reading


def words_of(text):
    """The number of words that are read in passing."""
    for left_out in NOT_READ_IN_PASSING:
        text = left_out.sub(" ", text)
    return len(WORD.findall(text))


def parts(notebook):
    """(reading, exercises): the cells of each; what is optional is in neither."""
    found = {"reading": [], "exercises": [], "optional": []}
    part = "reading"
    for cell in notebook.cells:
        heading = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            words = heading[1].lower()
            part = next((name for name in ("exercises", "optional") if name in words), "reading")
        found[part].append(cell)
    return found["reading"], found["exercises"]


def minutes(cells, a_check=2):
    """How many minutes these cells take, a_check of them for each check."""
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    shown = [cell.source for cell in cells if cell.cell_type == "code" and not folded(cell)]
    lines = sum(bool(line.strip()) for source in shown for line in source.split("\n"))
    formulas = sum(len(FORMULA.findall(unfolded(text))) for text in prose)
    checks = sum(source.count(CHECK) for source in code)
    return sum(map(words_of, prose)) / 120 + lines / 12 + formulas / 3 + checks * a_check


def unfolded(text):
    """The prose without its folded answers."""
    return NOT_READ_IN_PASSING[2].sub(" ", text)


def time_line(notebook):
    """What the Time line of a lesson says first: its minutes, rounded up to fives."""
    reading, exercises = parts(notebook)
    told = [5 * math.ceil(minutes(cells, n) / 5) for cells, n in ((reading, 2), (exercises, 4))]
    return "**Time** {} minutes of reading, {} minutes of exercises.".format(*told)


def time_problems(notebook):
    """Where a lesson is longer than a reader's breath, or its Time line says something else."""
    reading = minutes(parts(notebook)[0])
    problems = []
    if reading > LONGEST:
        problems.append(f"reading takes {reading:.0f} minutes, at most {LONGEST}")
    if not any(time_line(notebook) in cell.source for cell in notebook.cells):
        problems.append(f"the Time line is not {time_line(notebook)!r}: run map")
    return problems
