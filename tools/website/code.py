"""code: code as coloured HTML; which colour is which stands in static/site.css."""

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

PLAIN = HtmlFormatter(nowrap=True)


def coloured(source, language="python"):
    """Code in a block of its own; of a language that Pygments does not know as it is."""
    try:
        text = highlight(source, get_lexer_by_name(language or "text"), PLAIN).rstrip("\n")
    except ClassNotFound:
        text = escape(source.rstrip("\n"))
    return f'<div class="code"><pre><code>{text}</code></pre></div>\n'
