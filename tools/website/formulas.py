"""formulas: the formulas of all pages, converted in one go when all of them are known.

Until then a mark stands in each one's place; `fill` puts the HTML there.
"""

import re

from tools.website import katex

MARK = re.compile("\ue000(\\d+)\ue001")  # letters for private use: no text has them
MATHML = re.compile("<math.*</math>", re.DOTALL)


class Formulas:
    """The formulas that were met, and their HTML once they are converted."""

    def __init__(self):
        self._numbers = {}  # (tex, display) -> number, in the order of reading
        self._html = []

    def mark(self, tex, display=False):
        """What stands in the place of a formula until `fill`."""
        return f"\ue000{self._numbers.setdefault((tex.strip(), display), len(self._numbers))}\ue001"

    def convert(self, package):
        """Convert all formulas, with KaTeX in the folder `package`; how many there are."""
        self._html = katex.convert(list(self._numbers), package)
        return len(self._html)

    def fill(self, text):
        """A page's text with every formula in its place."""
        return MARK.sub(lambda found: self._html[int(found[1])], text)

    def mathml(self, text):
        """A text with every formula as MathML alone, for a page without the style sheet."""
        return MARK.sub(lambda found: MATHML.search(self._html[int(found[1])])[0], text)

    def spelled(self, text):
        """A text with each formula as it is typed: for what is searched and for titles."""
        typed = [tex for tex, _ in self._numbers]
        return MARK.sub(lambda found: typed[int(found[1])], text)
