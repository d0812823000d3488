"""links: which cells belong together, and the words for it. Pure functions (level 5).

terms    one row for each multiply-add of reference.py: (receiver, factor, factor), keys of cells
         ("" = none).
stories  what selecting a cell tells: the terms that take part, the formula, the sentence, the line
         of code; strings and whole numbers only.

Grouping the SAME terms by column 0 is the gather view, by column 1 or 2 the scatter view. In which
order the factors are written is the equation's: `written` names their columns.
"""

import math
import textwrap
from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np

from cnnlib.views import style
from cnnlib.views.words import (
    MINUS,
    Arrays,
    Ids,
    Key,
    Stories,
    Story,
    Term,
    Terms,
    Values,
    factor,
    label,
    name_of,
    number,
    row_of,
)

MOST = 12_000  # terms of one explorer: a page with more answers too slowly
WRITTEN = 64  # terms of one formula
WIDE = 30  # characters of one line of a formula: so much stands beside the grids, uncut
INDENT = "\n  "  # of what follows in a formula
FACTORS = (1, 2)  # the columns of a term that hold its factors


def values_of(numbers: Arrays) -> Values:
    """{key: number} of all cells of {name: array}."""
    return {
        f"{name}:{','.join(map(str, place))}": float(number)
        for name, a in numbers.items()
        for place, number in np.ndenumerate(a)
    }


def group(terms: Terms, column: int) -> dict[Key, Ids]:
    """{key: ids of the terms whose `column` holds that key}, in the order of the loops."""
    groups: dict[Key, Ids] = {}
    for n, term in enumerate(terms):
        if term[column]:
            groups.setdefault(term[column], []).append(n)
    return groups


def factors_of(term: Term, written: Sequence[int]) -> list[Key]:
    """The keys of a term's factors, in the order of the columns `written`."""
    return [term[column] for column in written if term[column]]


def product(values: Values, term: Term, written: Sequence[int] = FACTORS) -> str:
    """The term with its numbers filled in: 2·(−1)."""
    return "·".join(factor(values[key]) for key in factors_of(term, written))


def lines(
    ids: Ids,
    products: Sequence[str],
    rows: Sequence[str],
    joint: str,
    terms: Terms,
    heads: Sequence[str] | None = None,
    written: Sequence[int] = FACTORS,
    room: int = WIDE,
) -> list[str]:
    """Terms as lines of text, a new one for each value of `rows`; columns aligned.

    Every term and every factor stands in a span of its own, a factor in the colour of its quantity.
    heads: what stands before each product. written: the columns of the factors, in the order in
    which each product has them. room: the characters of one line; what has more becomes several.
    Of a formula that nobody reads to its end the first terms are written, and how many more there
    are.
    """
    heads = heads or [""] * len(ids)
    shown = list(zip(ids, products, rows, heads))[:WRITTEN]
    wide = max((len(head) + len(text) for _, text, _, head in shown), default=0)
    abreast = max(1, (room + len(joint)) // (wide + len(joint)))
    found = []
    for _, row in groupby(shown, lambda one: one[2]):
        texts = []
        for term, text, _, head in row:
            factors = zip(text.split("·"), factors_of(terms[term], written), strict=True)
            spans = "·".join(coloured(one, key) for one, key in factors)
            space = " " * (wide - len(head) - len(text))
            texts.append(f"{space}<span data-term={term}>{head}{spans}</span>")
        count = math.ceil(len(texts) / math.ceil(len(texts) / abreast))  # alike in all its lines
        found += [joint.join(texts[n : n + count]) for n in range(0, len(texts), count)]
    more = len(ids) - WRITTEN
    return found + [f"… {more} more"] * (more > 0)


def coloured(text: str, key: Key) -> str:
    """The text of a cell in a span that has the colour of its quantity."""
    return f"<span class=q-{style.quantity(key)}>{text}</span>"


def wrapped(text: str, room: int = WIDE) -> str:
    """A plain text of a formula, broken between its words where a line is full."""
    return INDENT.join(textwrap.wrap(text, room - 2, break_long_words=False))


def says(key: Key, values: Values, tail: str) -> str:
    """The sentence of a cell: its name, its number, what `tail` adds."""
    return f"{label(key)} is {number(values[key])}: {tail}"


def gather(
    terms: Terms,
    values: Values,
    say: Callable[[Key, Ids], str],
    line: int,
    keys: Sequence[Key],
    badge: tuple[int, int] | None = None,
    seen: Callable[[Key], list[Key]] | None = None,
    written: Sequence[int] = FACTORS,
) -> Stories:
    """{key: story} of the receivers `keys`: everything that flows into each, added up.

    keys: in walking order, also those without a term. say(key, ids): the sentence after "key is
    number: ". line: the line of code. badge: (column, column): on the cells of the first the
    numbers of the second. seen(key): keys of places that are looked at and hold no variable.
    written: the columns of a term's factors, in the order of the equation.
    Raises ValueError for more terms than a page can hold.
    """
    if len(terms) > MOST:
        met = f"{len(terms):,} products are too many to point at"
        raise ValueError(f"{met}, wanted at most {MOST:,}: smaller arrays")
    groups, stories = group(terms, 0), {}
    for key in keys:
        ids = groups.get(key, [])
        stories[key] = {
            "terms": ids,
            "formula": _sum(key, ids, terms, values, written),
            "say": says(key, values, say(key, ids)),
            "line": line,
            "seen": seen(key) if seen else [],
        }
        if badge and ids:
            factors = [terms[t][badge[1]] for t in ids]
            texts = ["×" + number(values[k]) if k else "" for k in factors]
            stories[key]["badge"] = [badge[0], texts]
    return stories


def _sum(key, ids, terms, values, written):
    """The formula of a receiver: its terms line by line, and what they add up to."""
    products = [product(values, terms[t], written) for t in ids]
    rows = [row_of(terms[t][1]) for t in ids]
    indent = "\n" + " " * (len(label(key)) + 1)
    room = WIDE - len(indent) - 1  # behind "= "
    written_out = lines(ids, products, rows, " + ", terms, written=written, room=room) or ["0"]
    added = (indent + "+ ").join(written_out)
    return f"{label(key)} = {added}{indent}= <b>{number(values[key])}</b>"


def scatter(
    terms: Terms,
    values: Values,
    say: Callable[[Key, Ids], str],
    line: int,
    keys: Sequence[Key],
    written: Sequence[int] = FACTORS,
) -> Stories:
    """{key: story} of the sources `keys`: everything that flows out of each. say, written: as in
    gather."""
    groups, stories = group(terms, 1), {}
    for key in keys:
        ids = groups.get(key, [])
        sent = [number(math.prod(values[k] for k in terms[t][1:] if k)) for t in ids]
        stories[key] = {
            "terms": ids,
            "formula": _sent(key, ids, terms, values, written),
            "say": says(key, values, say(key, ids)),
            "line": line,
            "seen": [],
            "badge": [0, [n if n.startswith(MINUS) else f"+{n}" for n in sent]],
        }
    return stories


def _sent(key, ids, terms, values, written):
    """The formula of a source: where each of its products goes."""
    receivers = [terms[t][0] for t in ids]
    products = [product(values, terms[t], written) for t in ids]
    heads = [f"[{k.partition(':')[2]}] += " for k in receivers]
    held, goes = number(values[key]), f"goes to {name_of(receivers[0]) if ids else 'nothing'}"
    fits = len(f"{label(key)} = {held} {goes}") <= WIDE
    head = f"{label(key)} = <b>{held}</b>{' ' if fits else INDENT}{goes}"
    rows = list(map(row_of, receivers))
    sent = lines(ids, products, rows, "   ", terms, heads, written, WIDE - len(INDENT) + 1)
    return INDENT.join([head, *sent])


def asking(called: str, asks: str, say: str) -> Story:
    """The story of a cell that the reader predicts first: nothing of it is told.

    called: what the reader calls the cell. asks: "cells" or "number". say: the question. Its marked
    are the cells that the reader has found, none at first.
    """
    formula = f"{called} = <b>?</b>"
    told = {"terms": [], "formula": formula, "say": say, "line": -1, "seen": []}
    return told | {"asks": asks, "marked": []}
