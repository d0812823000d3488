"""pages: a notebook as a page: its title, the way through the course, its sections."""

import re
from html import escape
from typing import NamedTuple

from tools.builder.widgets import states_in
from tools.website.cells import Cells
from tools.website.markdown import Markdown

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="katex/katex.css">
<link rel="stylesheet" href="explorers.css">
<link rel="stylesheet" href="exercises.css">
<link rel="stylesheet" href="site.css">
<script src="explorers.js"></script>
</head>
<body data-page="{name}">
<a class="skip" href="#main">Skip to the text</a>
<header class="top">
<a class="home" href="index.html">{course}</a>
<nav aria-label="Pages">{way}</nav>
<button type="button" class="search-open" aria-haspopup="dialog" hidden>Search <kbd>/</kbd></button>
</header>
<div class="columns">
{contents}<main id="main" tabindex="-1">
{body}</main>
</div>
<footer><nav aria-label="Next and previous page">{way}</nav></footer>
{scripts}
</body>
</html>
"""
COURSE = "How a convolutional network computes its gradients"
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


class Page(NamedTuple):
    """A page of the site: its name without .html, its title, its HTML with marks where formulas
    come, its sections, and {name: bytes} of the pictures that it wants."""

    name: str
    title: str
    body: str
    sections: list
    pictures: dict


def page_of(name, notebook, formulas, equations, values):
    """The page of a notebook; `values` are the exercises that a page can ask."""
    markdown = Markdown(name, formulas, equations)
    cells = Cells(states_in(notebook), values)
    body = [
        cells.render(cell) if cell.cell_type == "code" else markdown.render(cell.source)
        for cell in notebook.cells
    ]
    return Page(name, title_of(notebook), "".join(body), markdown.sections, cells.pictures)


def title_of(notebook):
    """The title of a notebook: its first heading."""
    return HEADING.search(notebook.cells[0].source)[1]


def written(page, pages, scripts):
    """A page as HTML; `pages` are all pages in their order, `scripts` the files that it loads."""
    return PAGE.format(
        title=escape(page.title),
        name=page.name,
        course=COURSE,
        way=way(page, pages),
        contents=contents(page.sections),
        body=page.body,
        scripts="\n".join(f'<script src="{name}"></script>' for name in scripts),
    )


def way(page, pages):
    """The links to the page before and the page after."""
    n = pages.index(page)
    before, after = pages[n - 1 : n], pages[n + 1 : n + 2]
    links = [f'<a rel="prev" href="{p.name}.html">← {escape(p.title)}</a>' for p in before]
    links += [f'<a rel="next" href="{p.name}.html">{escape(p.title)} →</a>' for p in after]
    return " ".join(links)


def contents(sections):
    """The sections of a page, each a link; nothing for a page without."""
    items = [
        f'<li><a href="#{escape(section.place)}">{section.title}</a></li>'
        for section in sections
        if section.level == 2
    ]
    if not items:
        return ""
    return (
        '<nav class="contents" aria-label="On this page"><details><summary>On this page</summary>'
        f"<ol>{''.join(items)}</ol></details></nav>\n"
    )
