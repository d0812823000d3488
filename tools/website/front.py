"""front: the front page: an explorer, the map of the course, the way to the notebooks."""

import re

from tools.builder import maps, places
from tools.website.code import coloured
from tools.website.markdown import Markdown
from tools.website.pages import COURSE, Page

COMMAND = re.compile(r"^ {4}(python3 -m venv .*jupyter lab.*)$", re.MULTILINE)
EXPLORER = re.compile(r'<div class="explorer".*?</script></div>\n<script>.*?</script>\n', re.DOTALL)
BEFORE = """# {course}

Every derivation of the backward pass is asked, worked by hand, coded, seen, checked and broken on \
purpose. All pages of the course are here, and nothing needs a network. Begin with \
[{first}]({name}.ipynb), or with this:
"""
AFTER = """Mark the cells and press Check; then point at a number, or walk with the arrow keys. \
What changes numbers or switches needs the notebook.

## The lessons

{map}

Beside the lessons: {others}.

<div data-progress></div>

## The notebook

On these pages you read, look and answer. In the notebooks you also run and write code. In the \
folder of the course (Python 3.11, 3.12 or 3.13):
"""


def front_page(pages, formulas, equations):
    """The front page; `pages` are all others, in their order."""
    markdown = Markdown("index", formulas, equations)
    listed = maps.table(places.MAPS[0].read_text(encoding="utf-8"))
    others = [page for page in pages if f"({page.name}.ipynb)" not in listed]
    names = ", ".join(f"[{page.title}]({page.name}.ipynb)" for page in others)
    first = pages[0]
    body = [
        markdown.render(BEFORE.format(course=COURSE, first=first.title, name=first.name)),
        first_explorer(first),
        markdown.render(AFTER.format(map=listed, others=names)),
        coloured(command(), "bash"),
    ]
    return Page("index", COURSE, "".join(body), [], {})


def first_explorer(page):
    """The first explorer of a page, as HTML."""
    return EXPLORER.search(page.body)[0]


def command():
    """The one line that README gives to open the notebooks."""
    return COMMAND.search((places.ROOT / "README.md").read_text(encoding="utf-8"))[1]
