"""build: the whole site in a folder, from the notebooks as they are stored."""

import json
import re
import shutil
import tempfile
from pathlib import Path

import nbformat

from cnnlib.course.exercise import exercises_of, lessons
from teaching.own_page import notebook, own_exercises
from tools.builder import places
from tools.website import exercises, explorers, katex, npm, search
from tools.website.equations import Equations
from tools.website.formulas import Formulas
from tools.website.front import front_page
from tools.website.pages import page_of, written

STATIC = Path(__file__).with_name("static")
STYLES = ("look", "text", "code", "shown", "search", "paper")  # what comes later wins
ASKING = re.compile(r"<div [^>]*data-(?:exercise|progress)\b")  # judges answers, or counts them


def build(out, cache=None, own=()):
    """Write the site into the folder `out`, which is made anew; how many pages, formulas and bytes.

    cache: the folder in which KaTeX is kept. own: files with a teacher's own exercises, a page
    each. Raises npm.Missing where something is wanted, FileExistsError for a folder that holds
    anything but a site, and Refused for a file that cannot be used.
    """
    out = Path(out)
    if out.exists() and any(out.iterdir()) and not (out / "explorers.js").exists():
        raise FileExistsError(f"{out} is not empty and holds no site: choose another folder")
    archive = npm.archive(katex.KATEX, cache or npm.default_cache())
    site = Site(own)
    with tempfile.TemporaryDirectory() as folder:
        package = npm.unpack(archive, folder)
        formulas = site.formulas.convert(package)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        site.write(out)
        katex.copy_style(package, out / "katex")
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return {"pages": len(site.pages), "formulas": formulas, "bytes": size}


class Site:
    """All pages of the course, as they are written when the formulas are converted."""

    def __init__(self, own=()):
        notebooks = {
            text.stem: nbformat.read(places.notebook_path(text), 4) for text in places.texts()
        }
        notebooks |= {f"own_{path.stem}": nbformat.from_dict(notebook(path)) for path in own}
        self.own = [one for path in own for one in own_exercises(path)]
        self.formulas = Formulas()
        self.equations = Equations({name: _prose(book) for name, book in notebooks.items()})
        values = {name for lesson in lessons() for name in _values(exercises_of(lesson).values())}
        values |= {*_values(self.own)}
        known = (self.formulas, self.equations)
        pages = [page_of(name, book, *known, values) for name, book in notebooks.items()]
        self.pages = [front_page(pages, *known), *pages]

    def write(self, out):
        """Write every file but KaTeX's into the folder `out`."""
        scripts = {path.name: _closed(path.name) for path in sorted(STATIC.glob("*.js"))}
        files = scripts | {
            "site.css": "".join(_text(f"{name}.css") for name in STYLES),
            "explorers.js": explorers.script(),
            "explorers.css": explorers.style(),
            "sections.js": search.index(self.pages, self.formulas),
            "equations.js": self._equations(),
        }
        exercises.write(out, self.own)
        for page in self.pages:
            asks = ["keys.js", "exercises.js"] if ASKING.search(page.body) else []
            html = written(page, self.pages, [*asks, *scripts])
            files[f"{page.name}.html"] = self.formulas.fill(html)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
        (out / "pictures").mkdir()
        for name, png in (item for page in self.pages for item in page.pictures.items()):
            (out / name).write_bytes(png)

    def _equations(self):
        """The formulas that are mentioned on another page than their own, as a script."""
        html = {number: self.formulas.fill(mark) for number, mark in self.equations.html.items()}
        text = json.dumps(html, ensure_ascii=False, separators=(",", ":"))
        return f"window.cnnlibEquations = {text};\n"


def _text(name):
    return (STATIC / name).read_text(encoding="utf-8")


def _closed(name):
    """A script whose names are its own: pages from a disk load no modules."""
    return f'"use strict";\n{{\n{_text(name)}}}\n'


def _values(exercises):
    """The names of those exercises whose answer is a value."""
    return [exercise.name for exercise in exercises if not exercise.cases]


def _prose(notebook):
    """The Markdown of a notebook in one text."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
