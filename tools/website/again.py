"""again: what a slide shows once more, since it asks about numbers that stood on an earlier one.

Under the words of a Markdown cell tagged `grids` stand the numbers of the last explorer, of one
tagged `figure` the picture that it mentions, or else the last one, `printed` the last code with
what it printed, `formula` the equations that it mentions.
"""

import re

from tools.builder.deck import shows_explorer, tagged
from tools.website.equations import MENTION, TAG

EQUATION = re.compile(r"\$\$((?:(?!\$\$).)*?\\tag\{([^}]*)\}\s*)\$\$", re.DOTALL)
FIGURE = re.compile(r"Figure \w+\.\d+")
KINDS = ("figure", "grids", "printed")


class Shown:
    """What the slides of a deck have shown so far, and the equations of its lesson."""

    def __init__(self, notebook, writer):
        self.writer = writer
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        self.equations = {number: tex for tex, number in EQUATION.findall(text)}
        self.last, self.figures = {}, {}

    def again(self, cell):
        """What a cell wants to have under its words, as HTML."""
        named = FIGURE.search(cell.source)
        pictures = {"figure": self.figures[named[0]]} if named and tagged(cell, "figure") else {}
        found = [(self.last | pictures)[kind] for kind in KINDS if tagged(cell, kind)]
        if tagged(cell, "formula"):
            own = TAG.findall(cell.source)
            wanted = [n for n in dict.fromkeys(MENTION.findall(cell.source)) if n not in own]
            found += [self.writer.markdown(f"$${self.equations[n]}$$") for n in wanted]
        return "".join(html.replace('class="', 'class="again ', 1) for html in found)

    def keep(self, cells):
        """Remember what the cells of a slide show."""
        for cell in cells:
            if cell.cell_type == "code" and tagged(cell):
                self._keep(cell)

    def _keep(self, cell):
        outputs = [output.get("data", {}) for output in cell.outputs]
        if shows_explorer(cell):
            [still] = [data["text/html"] for data in outputs if "text/html" in data]
            self.last["grids"] = f'<div class="numbers">{still}</div>\n'
        elif any("image/png" in data for data in outputs):
            shown = self.last["figure"] = self.writer.outputs(cell.outputs)
            self.figures |= dict.fromkeys(FIGURE.findall(shown), shown)
        elif not tagged(cell, "reveal"):
            self.last["printed"] = self.writer.code(cell)
