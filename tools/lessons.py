"""lessons: build the notebooks from the texts in lessons/, and check that they still agree.

python tools/lessons.py build [03 ...]    run each lesson in a fresh kernel, write its canonical
notebook python tools/lessons.py check [03 ...]    fail when text and notebook differ, or the
template or a budget is broken python tools/lessons.py map               write the minutes of all
Time lines into the maps of lesson 00 and README.md
"""

import copy
import os
import re
import statistics
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
SECTIONS = [
    "1 Derive",
    "2 By hand",
    "3 In code",
    "4 See it",
    "5 Check it",
    "6 Faster",
    "7 Exercises",
]
HEADINGS = [*SECTIONS, "Keep", "In practice", "Next"]
LABELS = [
    "**Question.**",
    "**You will be able to**",
    "**Time**",
    "**Needs**",
    "**Notation in this lesson**",
]
FREE = {
    "00_start_here",
    "A1_errata_of_the_source",
    "gallery",
    "troubleshooting",
}  # these have a form of their own
NO_BUDGET = {
    "gallery",
    "troubleshooting",
}  # a cupboard of explorers and a page of advice, not lessons
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}
EXPLORER = re.compile(
    r"views\.(?:explore_\w+|walk_\w+|\w+_lab|bug_clinic|training_theatre|draw_\w+)\("
)
TIME = re.compile(r"\*\*Time\*\* (\d+) minutes of reading, (\d+) minutes .*?\*\*Needs\*\*(.*)")
ROW = re.compile(r"^(\| \[(\w\w) [^|]*\|[^|]*\|) \d+ \| \d+ \|[^|\n]*\|$", re.MULTILINE)
SUM = re.compile(r"^(\| \*\*together\*\* \|[^|]*\|) \d+ \| \d+ \|", re.MULTILINE)
MAPS = [ROOT / "lessons" / "00_start_here.md", ROOT / "README.md"]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def texts(numbers=()):
    """The lesson texts whose names begin with one of `numbers`; all of them without."""
    found = sorted((ROOT / "lessons").glob("*.md"))
    return [path for path in found if not numbers or path.name.startswith(tuple(numbers))]


def notebook_path(text):
    """Where the notebook of a lesson text lies."""
    return ROOT / "notebooks" / (text.stem + ".ipynb")


def read(text):
    """The lesson as a notebook without outputs, with fixed cell ids."""
    notebook = jupytext.read(text, fmt="md:myst")
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for n, cell in enumerate(notebook.cells):
        cell.id = f"cell-{n:02d}"
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k == "tags"})
    return notebook


def execute(notebook):
    """Run every cell in a fresh kernel, warnings as errors; raises at the first cell that fails."""
    os.environ["PYTHONWARNINGS"] = "error::DeprecationWarning:__main__,error::RuntimeWarning"
    os.environ["PYTHONHASHSEED"] = "0"
    folder = ROOT / "notebooks"
    folder.mkdir(exist_ok=True)
    client = NotebookClient(
        notebook, timeout=300, store_widget_state=True, extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    return client.execute()


def joined(outputs):
    """The outputs with each stream in one piece: in how many pieces it arrives changes from run to
    run."""
    whole = []
    for output in outputs:
        if (
            whole
            and output.output_type == whole[-1].output_type == "stream"
            and output.name == whole[-1].name
        ):
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def canonical(notebook):
    """The executed notebook without what changes from run to run: times, widget states and views,
    ids of messages."""
    notebook.metadata = nbformat.from_dict(KERNEL)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "data" in output:
                output["data"].pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
    return notebook


def untimed(notebook):
    """The notebook as text, without the pictures of cells tagged `timing`: what must not change
    from run to run."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", []) if "timing" in cell.metadata.get("tags", []) else []:
            output.get("data", {}).pop("image/png", None)
    return nbformat.writes(notebook)


def build(text):
    """Write the notebook of a lesson; if only pictures of times have changed, the stored notebook
    stays."""
    notebook = canonical(execute(read(text)))
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise SystemExit(f"{text.name}: {cell.id} writes to stderr: {output['text']}")
    path = notebook_path(text)
    if path.exists() and untimed(nbformat.read(path, 4)) == untimed(notebook):
        return
    path.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")


def check(text):
    """What is wrong with a lesson and its notebook, a sentence each; nothing when all is well."""
    source, path = read(text), notebook_path(text)
    problems = [] if text.stem in FREE else [*template_problems(source), *prose_problems(source)]
    problems += [] if text.stem in NO_BUDGET else budget_problems(source)
    problems += numbering_problems(source)
    problems += [p for page in MAPS for p in map_problems(page)] if text == MAPS[0] else []
    problems += (
        notebook_problems(source, nbformat.read(path, 4))
        if path.exists()
        else [f"{path.name} is missing: build it"]
    )
    return [f"{text.name}: {problem}" for problem in problems]


def markdown(notebook):
    """All prose of a lesson, cell by cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def template_problems(notebook):
    """Headings and labels that are missing or out of order."""
    prose = "\n".join(markdown(notebook))
    headings = re.findall(r"^## (.+)$", prose, re.MULTILINE)
    problems = [f"the label {label} is missing" for label in LABELS if label not in prose]
    if headings != HEADINGS:
        problems.append(f"the headings are {headings}, wanted {HEADINGS}")
    if not re.match(r"# \S+ · \S+", prose):
        problems.append("the title is not '# NN · Verb ...'")
    return problems


def budget_problems(notebook):
    """Cells that are too long, too many cells or explorers."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    lines = [sum(bool(line.strip()) for line in source.split("\n")) for source in code]
    made = len(EXPLORER.findall("\n".join(code)))
    bare = [source for source in code if "plt.show()" in source]
    hints = [source for source in code if re.search(r"^cnnlib\.hint\(", source, re.MULTILINE)]
    limits = [
        (
            bare,
            f"{len(bare)} figures are shown without number and caption: views.show(figure, number, caption)",
        ),
        (hints, f"{len(hints)} hints are told unasked: put a # before cnnlib.hint"),
        (max(lines) > 20, f"a code cell has {max(lines)} lines, at most 20"),
        (
            statistics.median(lines) > 6,
            f"the median code cell has {statistics.median(lines)} lines, at most 6",
        ),
        (
            not 25 <= len(notebook.cells) <= 95,
            f"there are {len(notebook.cells)} cells, wanted 25 to 95",
        ),
        (made > 2, f"there are {made} explorers, at most 2"),
    ]
    return [text for broken, text in limits if broken]


def words_of(prose):
    """The number of words that are read in passing: without formulas, tables, link targets and
    folded answers."""
    for left_out in (
        r"\$\$.*?\$\$",
        r"\$[^$\n]*\$",
        r"<details>.*?</details>",
        r"(?m)^\|.*$",
        r"\]\([^)]*\)",
    ):
        prose = re.sub(left_out, " ", prose, flags=re.DOTALL if "*?" in left_out else 0)
    return len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", prose))


def prose_problems(notebook):
    """Too little or too much prose for the code, or a long way without a question to the reader."""
    code = [
        line.strip()
        for cell in notebook.cells
        if cell.cell_type == "code"
        for line in cell.source.split("\n")
    ]
    lines = sum(bool(line) and not line.startswith("#") for line in code)
    share = words_of("\n".join(markdown(notebook))) / max(1, lines)
    problems = (
        []
        if 8 <= share <= 15
        else [f"there are {share:.1f} words of prose a line of code, wanted 8 to 15"]
    )
    asked = [n for n, cell in enumerate(notebook.cells) if asks(cell)]
    gaps = [b - a for a, b in zip([-1, *asked], [*asked, len(notebook.cells)])]
    if max(gaps) > 8:
        problems.append(f"{max(gaps)} cells without a question, at most 8")
    return problems


def asks(cell):
    """Whether a cell asks the reader something."""
    if cell.cell_type == "code":
        return "cnnlib.check(" in cell.source
    return "?" in cell.source


def numbering_problems(notebook):
    """Equations, figures and exercises that are not numbered 1, 2, 3, ... in reading order; lesson
    00 only repeats."""
    prose, code = (
        "\n".join(markdown(notebook)),
        "\n".join(c.source for c in notebook.cells if c.cell_type == "code"),
    )
    found = {
        "equations": re.findall(r"\\tag\{\w+\.(\d+)\}", prose),
        "figures": re.findall(r'views\.show\([^"]*"\w+\.(\d+)"', code),
        "exercises": re.findall(r"^\*\*\w+\.(\d+) ", prose, re.MULTILINE),
    }
    wrong = {
        name: ns
        for name, ns in found.items()
        if [int(n) for n in ns] != list(range(1, len(ns) + 1))
    }
    return (
        []
        if prose.startswith("# 00")
        else [f"the {name} are numbered {', '.join(ns)}" for name, ns in wrong.items()]
    )


def times():
    """{lesson: (minutes of reading, minutes of exercises, the lessons it needs)}, as the Time lines
    say."""
    told = {}
    for text in texts():
        found = TIME.search(text.read_text(encoding="utf-8"))
        if found:
            needs = re.findall(r"\[(\d\d)[ \]]", found[3])
            between = " to " if ") to [" in found[3] else ", "
            told[text.name[:2]] = (int(found[1]), int(found[2]), between.join(needs))
    return told


def mapped(page):
    """The page with its map of the lessons, the sum included, as the Time lines say."""
    told = times()

    def row(match):
        reading, exercises, needs = told[match[2]]
        return f"{match[1]} {reading} | {exercises} |{' ' * bool(needs)}{needs} |"

    page = ROW.sub(lambda match: row(match) if match[2] in told else match[0], page)
    return SUM.sub(
        rf"\1 {sum(t[0] for t in told.values())} | {sum(t[1] for t in told.values())} |", page
    )


def map_problems(path):
    """Where the map of the lessons in a page is not what the lessons say."""
    page = path.read_text(encoding="utf-8")
    rows = {match[2] for match in ROW.finditer(page)}
    problems = [
        f"{path.name}: the map has no row for lesson {number}"
        for number in sorted(times().keys() - rows)
    ]
    pairs = zip(page.splitlines(), mapped(page).splitlines())
    return problems + [
        f"{path.name}: the map says {a!r}, wanted {b!r}: run map" for a, b in pairs if a != b
    ]


def notebook_problems(source, notebook):
    """Where a stored notebook differs from its text or was not run from top to bottom."""
    told = [(c.cell_type, c.source, c.id, c.metadata.get("tags")) for c in source.cells]
    kept = [(c.cell_type, c.source, c.id, c.metadata.get("tags")) for c in notebook.cells]
    problems = []
    if told != kept:
        first = next(
            (n for n, (a, b) in enumerate(zip(told, kept)) if a != b), min(len(told), len(kept))
        )
        problems.append(f"text and notebook differ from cell {first} on: build it")
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        problems.append("the cells were not run once from top to bottom: build it")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    if any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs):
        problems.append("a stored output is an error or a warning")
    if "widgets" in notebook.metadata or any(
        WIDGET_VIEW in output.get("data", {}) for output in outputs
    ):
        problems.append("a widget's state or view is stored: build it")
    return problems


def main(command="", *numbers):
    """Run one of the commands over the lessons named, or over all."""
    if command == "map":
        for path in MAPS:
            path.write_text(mapped(path.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    if command not in ("build", "check") or not texts(numbers):
        sys.exit(__doc__)
    problems = []
    for text in texts(numbers):
        if command == "build":
            print("building", text.name, flush=True)
            build(text)
        problems += check(text)
    print("\n".join(problems) or "lessons and notebooks agree")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
