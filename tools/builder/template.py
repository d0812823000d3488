"""template: what the text of a lesson must keep: headings, budgets, prose and code, numbering."""

import re
from itertools import pairwise

from tools.builder.read import code, folded, prose
from tools.builder.reading import unfolded, words_of

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
    "Notation in this lesson",
]
EXPLORER = re.compile(
    r"views\.(?:explore_\w+|walk_\w+|\w+_lab|bug_clinic|sick_training"
    r"|training_(?:theatre|room)|draw_\w+)\("
)
DRAWS = re.compile(r"\bplt\.|\bviews\.show\(")
GUESS = re.compile(r"\b(?:[Gg]uess|[Pp]redict|[Bb]efore you run)\b")


def template_problems(notebook):
    """Headings and labels that are missing or out of order."""
    text = "\n".join(prose(notebook))
    headings = [
        heading
        for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)
        if not heading.startswith("Optional")
    ]
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
        (made > 4, f"there are {made} explorers, at most 4"),
    ]
    return [problem for broken, problem in rules if broken]


def opening_problems(notebook):
    """A lesson that does not begin with its question and an explorer that asks."""
    made = [n for n, cell in enumerate(notebook.cells) if _explores(cell)]
    if not made or made[0] > 2:
        return ["the first three cells make no explorer"]
    before = "\n".join(c.source for c in notebook.cells[: made[0]] if c.cell_type == "markdown")
    rules = [
        (words_of(before) > 80, f"{words_of(before)} words before the first explorer, at most 80"),
        ("?" not in before, "nothing is asked before the first explorer"),
        (not folded(notebook.cells[made[0]]), "the code of the first explorer is not folded"),
    ]
    return [problem for broken, problem in rules if broken]


def folding_problems(notebook):
    """Code that only draws and is shown; guesses whose answer is not folded."""
    problems = [
        f"the cell {cell.id} draws: give it the tag fold"
        for cell in notebook.cells
        if cell.cell_type == "code" and DRAWS.search(cell.source) and not folded(cell)
    ]
    for cell, after in pairwise(notebook.cells):
        guess = cell.cell_type == "markdown" and GUESS.search(unfolded(cell.source))
        if guess and after.cell_type == "code" and not _keeps_quiet(after):
            problems.append(f"after the guess in {cell.id} the next cell tells: tag it reveal")
    return problems


def asking_problems(notebook):
    """A long way without a question to the reader."""
    asking = [n for n, cell in enumerate(notebook.cells) if _asks(cell)]
    longest = max(after - before for before, after in pairwise([-1, *asking, len(notebook.cells)]))
    return [f"{longest} cells without a question, at most 8"] if longest > 8 else []


def _explores(cell):
    return cell.cell_type == "code" and EXPLORER.search(cell.source)


def _keeps_quiet(cell):
    """Does a cell that was run tell nothing: a check, an explorer that asks, a folded output?"""
    asks = "cnnlib.check(" in cell.source or "predict=True" in cell.source
    return asks or "reveal" in cell.metadata.get("tags", [])


def _asks(cell):
    return "?" in cell.source if cell.cell_type == "markdown" else "cnnlib.check(" in cell.source


def numbering_problems(*halves):
    """Equations, figures and exercises that are not numbered 1, 2, 3, ... in reading order, in the
    halves of a lesson in one row; lesson 00 only repeats."""
    text = "\n".join(words for notebook in halves for words in prose(notebook))
    cells = "\n".join(source for notebook in halves for source in code(notebook))
    if text.startswith("# 00"):
        return []
    found = {
        "equations": re.findall(r"\\tag\{\w+\.(\d+)\}", text),
        "figures": re.findall(r'views\.show\([^"]*"\w+\.(\d+)"', cells),
        "exercises": re.findall(r"^\*\*\w+\.(\d+) ", text, re.MULTILINE),
    }
    return [
        f"the {things} are numbered {', '.join(numbers)}"
        for things, numbers in found.items()
        if [*map(int, numbers)] != [*range(1, len(numbers) + 1)]
    ]
