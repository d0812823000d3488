"""equations: which number stands on which page, and the links of those who mention it."""

import re
from html import escape

TAG = re.compile(r"\s*\\tag\{([^}]*)\}")
MENTION = re.compile(r"\((\w{1,2}\.\d+)\)")


class Equations:
    """The numbered equations of the course: {number: the pages that show it}."""

    def __init__(self, texts):
        """texts: {page: the Markdown of its cells}."""
        self.pages = {}
        for page, text in texts.items():
            for number in TAG.findall(text):
                self.pages.setdefault(number, []).append(page)
        self.html = {}  # number -> the formula as it stands at home

    def home(self, number):
        """The page of the lesson that derives an equation; another may repeat it."""
        lesson = number.partition(".")[0].zfill(2)
        pages = self.pages[number]
        return next((page for page in pages if page.startswith(lesson)), pages[0])

    def shown(self, number, formula, page):
        """An equation with its number at the right, and a place that links lead to."""
        if page == self.home(number):
            self.html[number] = formula
        here = place(number)
        return (
            f'<span class="equation" id="{here}"><span class="formula">{formula}</span>'
            f'<a class="number" href="#{here}">({escape(number)})</a></span>\n'
        )

    def link(self, number, page):
        """A mention such as (3.1) as a link to the equation: on its own page, where that has it."""
        home = "" if page in self.pages[number] else f"{self.home(number)}.html"
        data = f'href="{home}#{place(number)}" data-equation="{escape(number)}"'
        return f'<a class="mention" {data}>({escape(number)})</a>'

    def linked(self, text, page):
        """An escaped text with its mentions as links."""

        def one(found):
            return self.link(found[1], page) if found[1] in self.pages else found[0]

        return MENTION.sub(one, text)


def place(number):
    """The id of an equation in its page: "eq-3-1"."""
    return f"eq-{number.replace('.', '-')}"
