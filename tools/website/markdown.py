"""markdown: a Markdown cell as HTML.

Formulas become marks, links to notebooks links to pages, mentions of equations links to them, and
headings get the ids that JupyterLab gives them, so that a link to a section leads there, too.
"""

import re
from html import escape
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tools.website.code import coloured
from tools.website.equations import TAG

NOTEBOOK = re.compile(r"^(?:notebooks/)?(\w+)\.ipynb(?=#|$)")
ANCHOR = re.compile(r"</?a\b[^>]*>")
LETTER = re.compile(r"\b(?!grad_)([^\W\d_]{1,3})_(\w+)")  # grad_w and its like are names in code


class Section(NamedTuple):
    """A heading of a page: its level, its place, and its words as HTML."""

    level: int
    place: str
    title: str


class Markdown:
    """Renders the Markdown cells of one page; `sections` are the headings so far."""

    def __init__(self, page, formulas, equations):
        self.page, self.formulas, self.equations = page, formulas, equations
        self.sections = []
        self.parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        self.parser.use(
            dollarmath_plugin, renderer=self._formula, allow_labels=False, double_inline=True
        )
        rules = {
            "math_block": self._block,
            "math_inline_double": self._block,
            "text": self._text,
            "fence": self._fence,
            "link_open": self._link,
            "link_close": self._end,
            "table_open": lambda *_: '<div class="table"><table>\n',
            "table_close": lambda *_: "</table></div>\n",
        }
        for name, rule in rules.items():
            self.parser.add_render_rule(name, _rule(rule))
        self._inside = False  # a link: no link may stand in it

    def render(self, source):
        """A cell as HTML."""
        tokens = self.parser.parse(source)
        self._name_sections(tokens)
        _tell_empty_heads(tokens)
        return self.parser.renderer.render(tokens, self.parser.options, {})

    def _name_sections(self, tokens):
        for opened, inline in zip(tokens, tokens[1:]):
            if opened.type == "heading_open":
                words = self.formulas.spelled(_words(inline))
                opened.attrSet("id", words.replace(" ", "-"))
                title = ANCHOR.sub(
                    "", self.parser.renderer.render([inline], self.parser.options, {})
                )
                level = int(opened.tag[1])
                self.sections.append(Section(level, opened.attrGet("id"), title))

    def _formula(self, tex, options):
        return self.formulas.mark(tex, options["display_mode"])

    def _block(self, tokens, n):
        tex = tokens[n].content
        number = TAG.search(tex)
        formula = self.formulas.mark(TAG.sub("", tex), display=True)
        if number:
            return self.equations.shown(number[1], formula, self.page)
        return f'<span class="equation"><span class="formula">{formula}</span></span>\n'

    def _text(self, tokens, n):
        text = lowered(escape(tokens[n].content, quote=False))
        return text if self._inside else self.equations.linked(text, self.page)

    def _fence(self, tokens, n):
        return coloured(tokens[n].content, tokens[n].info.strip())

    def _link(self, tokens, n):
        self._inside = True
        href = NOTEBOOK.sub(r"\1.html", tokens[n].attrGet("href"))
        return f'<a href="{escape(href)}">'

    def _end(self, tokens, n):
        self._inside = False
        return "</a>"


def lowered(html):
    """Words with indices that are typed as x_1 or K_H set below the line."""
    return LETTER.sub(r"\1<sub>\2</sub>", html)


def _rule(function):
    """A function of the tokens and a place in them, as a rule of the renderer."""
    return lambda self, tokens, n, options, env: function(tokens, n)


def _tell_empty_heads(tokens):
    """A column without a name has no head: an empty cell stands there."""
    for opened, inline, closed in zip(tokens, tokens[1:], tokens[2:]):
        if opened.type == "th_open" and not inline.content:
            opened.tag = closed.tag = "td"


def _words(inline):
    """The words of a heading without their form."""
    return "".join(token.content for token in inline.children or () if token.content)
