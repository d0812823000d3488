"""search: the text of all sections, as a script that a page loads when something is looked for.

A page that was opened from a disk cannot fetch a file, but it can load a script.
"""

import json
import re
from html import unescape

LEFT_OUT = re.compile(
    r'<script.*?</script>|<div class="still">.*?(?=<script)|<span class="equation".*?</span>\n',
    re.S,
)
TAGS = re.compile(r"<[^>]+>")
BLANK = re.compile(r"\s+")
SECTION = re.compile(r'(?=<h[12] id=")')
HEAD = re.compile(r'<h[12] id="([^"]*)">(.*?)</h[12]>', re.S)


def index(pages, formulas):
    """The script with all sections of all pages: {page, title, place, section, text}."""
    entries = [entry for page in pages for entry in _sections(page, formulas)]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"window.cnnlibSections = {text};\n"


def _sections(page, formulas):
    """What can be found of a page: one entry for each part between its headings."""
    for part in SECTION.split(LEFT_OUT.sub(" ", page.body)):
        head = HEAD.match(part)
        text = _plain(HEAD.sub("", part, count=1), formulas)
        if head or text:
            yield {
                "page": page.name,
                "title": page.title,
                "place": unescape(head[1]) if head else "",
                "section": _plain(head[2], formulas) if head else page.title,
                "text": text,
            }


def _plain(html, formulas):
    """The words of a piece of HTML."""
    return BLANK.sub(" ", unescape(TAGS.sub("", formulas.spelled(html)))).strip()
