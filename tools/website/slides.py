"""slides: the cells of a lesson that are tagged `slide`, as the slides of a deck.

What a page folds comes at the press of a key, or at a click, and so does the answer to an exercise.
The exit question of TEACHING.md is the last slide of a meeting; slides for which its plan has no
minutes stand behind it, for home.
"""

import base64
import re
from dataclasses import dataclass, field

from tools.builder.deck import Group, groups, shows_explorer, tagged
from tools.website.again import Shown
from tools.website.answers import right_answer
from tools.website.cells import Cells
from tools.website.code import coloured
from tools.website.markdown import Markdown

LINK = re.compile(r"</?a\b[^>]*>")
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
ASKING = re.compile(r"\n*^(?:# )?(?:[\w.]+ = )?cnnlib\.(?:check|hint|use)\(.*$", re.MULTILINE)
EXIT = "Exit question"  # where the slide that asks it stands: in no section of a lesson
LINE = 100  # letters of a short line, such as one that names the form of an answer
TRY = """<p class="part">Try it in the notebook of this lesson: here numbers stay as they are.</p>
"""
ASKED = re.compile(r'cnnlib\.(?:check|use)\("([^"]+)"')


@dataclass
class Slide:
    """A slide: the section of the lesson that it stands in, its HTML, the cells that it is made of
    (none for the exit question), what is said to it, and whether it is for home."""

    section: str
    html: str
    group: Group = Group("", [], [])
    notes: list = field(default_factory=list)
    home: bool = False

    @property
    def explorer(self):
        """The cell of its explorer, None for a slide of words."""
        return next((cell for cell in self.group.cells[:1] if shows_explorer(cell)), None)

    @property
    def asks(self):
        """The exercises that are asked on it, also where a line that nobody needs stands between
        their question and the cell that checks them."""
        near = self.group.beside[:2]
        if near and len(near[0].source) > LINE:
            near = []
        for cells in (self.group.cells, near):
            code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
            if ASKED.search(code):
                return [*dict.fromkeys(ASKED.findall(code))]
        return []

    def has(self, tag):
        """Has one of its cells this tag?"""
        return any(tagged(cell, tag) for cell in self.group.cells)


class Plain:
    """Numbered equations of a deck: it is one file, so no number leads to another page."""

    def shown(self, number, formula, page):
        """An equation with its number at the right."""
        return (
            f'<span class="equation"><span class="formula">{formula}</span>'
            f'<span class="number">({number})</span></span>\n'
        )

    def linked(self, text, page):
        """A text that mentions equations stays as it is."""
        return text


class Writer:
    """Writes Markdown and code of one lesson as HTML for slides and for their notes."""

    def __init__(self, name, states, formulas):
        self.parser = Markdown(name, formulas, Plain())
        self.cells = Cells(states, set())

    def markdown(self, source):
        """Markdown without links; what is folded comes at the press of a key."""
        html = DETAILS.sub(lambda found: covered(found[2]), self.parser.render(source))
        return LINK.sub("", html)

    def code(self, cell):
        """A code cell: its code, if a page shows it, and what it puts out; a blank puts out that
        nobody has answered, which no slide needs."""
        tags = cell.metadata.get("tags", [])
        outputs = "" if ASKED.search(cell.source) else self.outputs(cell.outputs)
        if "reveal" in tags:
            return covered(outputs)
        source = ASKING.sub("", cell.source).strip("\n")
        quiet = "fold" in tags or not source or shows_explorer(cell)
        return outputs if quiet else coloured(source) + outputs

    def outputs(self, outputs):
        """What a code cell puts out, its pictures inside."""
        html = self.cells.outputs(outputs)
        for name, png in self.cells.pictures.items():
            data = base64.b64encode(png).decode()
            html = html.replace(f'src="{name}"', f'src="data:image/png;base64,{data}"')
        return html


def slides_of(notebook, writer, plan):
    """The slides of a deck: of the tagged cells, and the exit question of the lesson's plan."""
    slides, shown = [], Shown(notebook, writer)
    for group in groups(notebook):
        slide = Slide(group.section, _html(group, writer, shown), group)
        answers = map(writer.markdown, map(right_answer, slide.asks))
        slide.html += "".join(covered(answer, "answer") for answer in answers)
        slides.append(slide)
        shown.keep(group.cells)
    question = writer.markdown(f"## Exit question\n\n{plan.question}")
    key = writer.markdown(f"**Key:** {plan.key}")
    return [*slides, Slide(EXIT, f"{question}{covered(key)}")]


def covered(html, kind=""):
    """What comes at the press of a key, or at a click on its bar."""
    bar = '<button type="button" class="bar">Click to see</button>'
    name = f"covered {kind}".strip()
    return f'<div class="{name}">{bar}<div class="fragment">{html}</div></div>\n'


def _html(group, writer, shown):
    """What a slide shows of its cells, and of earlier ones what it wants again."""
    return "".join(
        writer.markdown(cell.source) + (TRY if tagged(cell, "try") else "") + shown.again(cell)
        if cell.cell_type == "markdown"
        else writer.code(cell)
        for cell in group.cells
        if tagged(cell)
    )
