"""decks: the slides of all lessons in a folder, one file a lesson that needs nothing beside it."""

import shutil
import tempfile
from html import escape
from pathlib import Path

import nbformat

from tools.builder import places
from tools.builder.check import NO_LESSON
from tools.builder.widgets import states_in
from tools.website import explorers, katex, npm
from tools.website.formulas import Formulas
from tools.website.notes import annotate
from tools.website.pages import COURSE, title_of
from tools.website.parts import as_held
from tools.website.plans import plan_of
from tools.website.slides import EXIT, Writer, slides_of

REVEAL = npm.Package(
    "reveal.js@6.0.2", "2f0c20bfb02447a198a1ebe8a8c097a5437d035caa38f2820bf4ba887a3eac91"
)
STATIC = Path(__file__).with_name("static")
SHARED = ("look.css", "text.css", "code.css", "shown.css")
STYLES = (*SHARED, "slides/slides.css", "slides/covered.css")
LICENCES = "licences"  # this folder tells a folder of decks from another one
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
"""
DECK = """{head}<script>{waking}</script>
</head>
<body>
<div class="reveal"><div class="slides">
{slides}</div></div>
<script>{reveal}</script>
<script>{notes}</script>
<script type="module">
{turning}</script>
</body>
</html>
"""
HOME = "At home, or if there is time"
SECTION = """<section{kind}>
{part}{html}<aside class="notes">{notes}</aside>
</section>
"""
LIST = """{head}</head>
<body class="decks">
<main>
<h1>{course}: slides</h1>
<ol>
{items}</ol>
<p>Arrow keys turn the slides. Inside an explorer they walk from number to number; Escape or Tab
leads out. <kbd>S</kbd> opens the notes for the speaker, <kbd>F</kbd> fills the screen,
<kbd>X</kbd> goes to the exit question, <kbd>Esc</kbd> shows all slides, <kbd>?</kbd> all keys.</p>
</main>
</body>
</html>
"""


def build(out, cache=None):
    """Write the decks into the folder `out`, which is made anew; how many decks, slides and bytes.

    cache: the folder in which KaTeX and reveal.js are kept. Raises npm.Missing where something is
    wanted, and FileExistsError for a folder that holds anything but decks.
    """
    out = Path(out)
    if out.exists() and any(out.iterdir()) and not (out / LICENCES).is_dir():
        raise FileExistsError(f"{out} is not empty and holds no slides: choose another folder")
    archives = [
        npm.archive(package, cache or npm.default_cache()) for package in (katex.KATEX, REVEAL)
    ]
    decks = Decks()
    with tempfile.TemporaryDirectory() as folder:
        set_by, turned_by = (
            npm.unpack(data, Path(folder) / str(n)) for n, data in enumerate(archives)
        )
        decks.formulas.convert(set_by)
        files = decks.files(katex.whole_style(set_by), turned_by / "dist")
        shutil.rmtree(out, ignore_errors=True)
        (out / LICENCES).mkdir(parents=True)
        shutil.copy(set_by / "LICENSE", out / LICENCES / "KaTeX.txt")
        shutil.copy(turned_by / "LICENSE", out / LICENCES / "reveal.js.txt")
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    size = sum(len(text.encode()) for text in files.values())
    return {
        "decks": len(decks.slides),
        "slides": sum(map(len, decks.slides.values())),
        "bytes": size,
    }


class Decks:
    """The decks of all lessons, as they are written when the formulas are converted."""

    def __init__(self):
        texts = [text for text in places.texts() if text.stem not in NO_LESSON]
        self.formulas = Formulas()
        self.titles, self.slides = {}, {}
        for text in texts:
            notebook = nbformat.read(places.notebook_path(text), 4)
            plan = plan_of(places.number(text))
            writer = Writer(text.stem, states_in(notebook), self.formulas)
            slides = slides_of(notebook, writer, plan)
            annotate(slides, plan, writer)
            self.titles[text.stem] = title_of(notebook)
            self.slides[text.stem] = as_held(slides, plan.rows)

    def files(self, formula_style, reveal):
        """{name: text} of all decks and their list; `reveal`: the folder with reveal.js."""
        own = "".join(_text(STATIC / name) for name in STYLES)
        style = formula_style + _text(reveal / "reveal.css") + explorers.style() + own
        scripts = {
            "waking": explorers.script(),
            "reveal": _text(reveal / "reveal.js"),
            "notes": _text(reveal / "plugin" / "notes.js"),
            "turning": _text(STATIC / "slides" / "slides.js"),
        }
        files = {"index.html": self._list(own)}
        for name, slides in self.slides.items():
            head = HEAD.format(title=escape(self.titles[name]), style=style)
            html = DECK.format(head=head, slides="".join(map(self.written, slides)), **scripts)
            files[f"{name}.html"] = self.formulas.fill(html)
        return files

    def written(self, slide):
        """A slide as HTML; one without a heading tells its section in a small line, and one for
        home that it is. The window of the speaker has no style sheet for formulas."""
        headed = slide.html.startswith("<h")
        section = [] if headed else [escape(slide.section)]
        line = " · ".join(([HOME] if slide.home else []) + section)
        part = f'<p class="part">{line}</p>\n' if line else ""
        kind = ' class="of-explorer"' if slide.explorer else ""
        kind = ' class="exit"' if slide.section == EXIT else kind
        notes = self.formulas.mathml("\n".join(slide.notes))
        return SECTION.format(kind=kind, part=part, html=slide.html, notes=notes)

    def _list(self, style):
        items = "".join(
            f'<li><a href="{name}.html">{escape(title)}</a>, {len(self.slides[name])} slides</li>\n'
            for name, title in self.titles.items()
        )
        head = HEAD.format(title=f"{COURSE}: slides", style=style)
        return LIST.format(head=head, course=COURSE, items=items)


def _text(path):
    return path.read_text(encoding="utf-8")
