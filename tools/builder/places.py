"""places: where texts, notebooks, solutions and keys lie."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "lessons"
NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = ROOT / "solutions"
KEYS = ROOT / "cnnlib" / "course" / "keys"
MAPS = [LESSONS / "00_start_here.md", ROOT / "README.md"]  # the pages with a map of the lessons


def texts(numbers=()):
    """The lesson texts whose names begin with one of `numbers`; all of them without."""
    found = sorted(LESSONS.glob("*.md"))
    return [path for path in found if not numbers or path.name.startswith(tuple(numbers))]


def notebook_path(text):
    """Where the notebook of a lesson text lies."""
    return NOTEBOOKS / f"{text.stem}.ipynb"


def number(text):
    """The number of a lesson text in its name, such as "03", "A1", or "02b" for a second half."""
    return text.stem.partition("_")[0]


def lesson(text):
    """The lesson that a text belongs to, whose key and solutions it shares: "02" of "02b"."""
    return number(text).removesuffix("b")


def halves(text):
    """The texts of a lesson up to this one: itself, and the first half before a second."""
    before = [path for path in texts() if lesson(path) == lesson(text)]
    return [*(path for path in before if number(path) < number(text)), text]
