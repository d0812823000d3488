"""template: what the text of a lesson must keep: headings, budgets, prose and code, numbering."""

import io
import re
import tokenize
from itertools import pairwise

from tools.builder.read import code, prose

HEADINGS = [
    "1 Derive",
    "2 By hand",
    "3 In code",
    "4 See it",
    "5 Check it",
    "6 Faster",
    "7 Exercises",
    "Keep",
    "In practice",
    "Next",
]
LABELS = [
    "**Question.**",
    "**You will be able to**",
    "**Time**",
    "**Needs**",
    "**Notation in this lesson**",
]
EXPLORER = re.compile(
    r"views\.(?:explore_\w+|walk_\w+|\w+_lab|bug_clinic|training_theatre|draw_\w+)\("
)
NOT_READ_IN_PASSING = [
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\$[^$\n]*\$"),
    re.compile(r"<details>.*?</details>", re.DOTALL),
    re.compile(r"^\|.*$", re.MULTILINE),  # tables
    re.compile(r"\]\([^)]*\)"),  # where links lead
]
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def template_problems(notebook):
    """Headings and labels that are missing or out of order."""
    text = "\n".join(prose(notebook))
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    problems = [f"the label {label} is missing" for label in LABELS if label not in text]
    if headings != HEADINGS:
        problems.append(f"the headings are {headings}, wanted {HEADINGS}")
    if not re.match(r"# \S+ · \S+", text):
        problems.append("the title is not '# NN · Verb ...'")
    return problems


def budget_problems(notebook):
    """Cells that are too long, too many explorers, figures without a number, hints told unasked."""
    cells = code(notebook)
    lines = [sum(bool(line.strip()) for line in cell.split("\n")) for cell in cells]
    made = len(EXPLORER.findall("\n".join(cells)))
    bare = sum("plt.show()" in cell for cell in cells)
    hints = sum(bool(re.search(r"^cnnlib\.hint\(", cell, re.MULTILINE)) for cell in cells)
    rules = [
        (bare, f"{bare} figures have no number and caption: views.show(figure, number, caption)"),
        (hints, f"{hints} hints are told unasked: put a # before cnnlib.hint"),
        (max(lines) > 20, f"a code cell has {max(lines)} lines, at most 20"),
        (made > 3, f"there are {made} explorers, at most 3"),
    ]
    return [problem for broken, problem in rules if broken]


def prose_problems(notebook):
    """Too little or too much prose for the code, or a long way without a question to the reader."""
    share = words_of("\n".join(prose(notebook))) / max(1, sum(map(statements, code(notebook))))
    problems = []
    if not 8 <= share <= 15:
        problems.append(f"there are {share:.1f} words of prose a statement, wanted 8 to 15")
    asking = [n for n, cell in enumerate(notebook.cells) if _asks(cell)]
    longest = max(after - before for before, after in pairwise([-1, *asking, len(notebook.cells)]))
    if longest > 8:
        problems.append(f"{longest} cells without a question, at most 8")
    return problems


def statements(source):
    """The number of statements in a cell, however many lines each of them takes."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(token.type == tokenize.NEWLINE for token in tokens)


def words_of(text):
    """The number of words that are read in passing: without formulas, tables, link targets and
    folded answers."""
    for left_out in NOT_READ_IN_PASSING:
        text = left_out.sub(" ", text)
    return len(WORD.findall(text))


def _asks(cell):
    return "?" in cell.source if cell.cell_type == "markdown" else "cnnlib.check(" in cell.source


def numbering_problems(notebook):
    """Equations, figures and exercises that are not numbered 1, 2, 3, ... in reading order; lesson
    00 only repeats."""
    text = "\n".join(prose(notebook))
    if text.startswith("# 00"):
        return []
    found = {
        "equations": re.findall(r"\\tag\{\w+\.(\d+)\}", text),
        "figures": re.findall(r'views\.show\([^"]*"\w+\.(\d+)"', "\n".join(code(notebook))),
        "exercises": re.findall(r"^\*\*\w+\.(\d+) ", text, re.MULTILINE),
    }
    return [
        f"the {things} are numbered {', '.join(numbers)}"
        for things, numbers in found.items()
        if [*map(int, numbers)] != [*range(1, len(numbers) + 1)]
    ]
