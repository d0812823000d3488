"""links: which cells belong together, and the words for it. Pure functions; strings and integers
only (level 5).

terms    one row for each multiply-add of reference.py: (receiver, factor, factor), keys of cells
("" = none). stories  what selecting a cell tells: the terms that take part, the formula, the
sentence, the line of code. Grouping the SAME terms by column 0 is the gather view, by column 1 or 2
the scatter view.
"""

import math
import re

import numpy as np

from cnnlib.views.words import factor, label, name_of, number, row_of

MOST = 12_000  # terms of one explorer: a page with more answers too slowly
WRITTEN = 64  # terms of one formula


def values_of(numbers):
    """{key: number} of all cells of {name: array}."""
    return {
        f"{name}:{','.join(map(str, place))}": float(number)
        for name, a in numbers.items()
        for place, number in np.ndenumerate(a)
    }


def group(terms, column):
    """key -> ids of the terms whose `column` holds that key, in the order of the loops."""
    groups = {}
    for n, term in enumerate(terms):
        if term[column]:
            groups.setdefault(term[column], []).append(n)
    return groups


def product(values, term):
    """The term with its numbers filled in: 2·(−1)."""
    return "·".join(factor(values[key]) for key in term[1:] if key)


def lines(ids, products, rows, joint, heads=None):
    """Terms as text lines, one for each value of `rows`; columns aligned, every term and factor in
    its own span.

    heads: what stands before each product. Of a formula that nobody reads to its end the first
    terms are written, and how many more there are.
    """
    heads = heads or [""] * len(ids)
    wide = max((len(head) + len(text) for head, text in zip(heads[:WRITTEN], products)), default=0)
    out = []
    for n, (term, text, row, head) in enumerate(zip(ids[:WRITTEN], products, rows, heads)):
        if n == 0 or row != rows[n - 1] or len(out[-1]) >= 8:
            out.append([])
        spans = f"{head}<span>{text.replace('·', '</span>·<span>')}</span>"
        out[-1].append(
            f"{' ' * (wide - len(head) - len(text))}<span data-term={term}>{spans}</span>"
        )
    more = len(ids) - WRITTEN
    return [joint.join(line) for line in out] + [f"… {more} more"] * (more > 0)


def says(key, values, tail):
    """The sentence of a cell: its name, its number, what `tail` adds."""
    return f"{label(key)} is {number(values[key])}: {tail}"


def gather(terms, values, say, line, keys, badge=None, seen=None):
    """One story for each of the receivers `keys`: everything that flows into it, added up.

    say(key, ids): the sentence after "key is number: ". keys: in walking order, also those without
    a term. badge: (column, column): on the cells of the first the numbers of the second. seen(key):
    keys of places that are looked at and hold no variable. Raises ValueError for more terms than a
    page can hold.
    """
    if len(terms) > MOST:
        raise ValueError(
            f"{len(terms):,} products are too many to point at, wanted at most {MOST:,}: smaller arrays"
        )
    groups, stories = group(terms, 0), {}
    for key in keys:
        ids = groups.get(key, [])
        rows = [row_of(terms[t][1]) for t in ids]
        text = lines(ids, [product(values, terms[t]) for t in ids], rows, " + ") or ["0"]
        head, indent = f"{label(key)} = ", "\n" + " " * (len(label(key)) + 1)
        text = head + (indent + "+ ").join(text) + f"{indent}= <b>{number(values[key])}</b>"
        stories[key] = {
            "terms": ids,
            "formula": text,
            "say": says(key, values, say(key, ids)),
            "line": line,
        }
        stories[key]["seen"] = seen(key) if seen else []
        if badge and ids:
            factors = [terms[t][badge[1]] for t in ids]
            stories[key]["badge"] = [
                badge[0],
                ["×" + number(values[k]) if k else "" for k in factors],
            ]
    return stories


def scatter(terms, values, say, line, keys):
    """One story for each of the sources `keys`: everything that flows out of it. say: as for
    gather."""
    groups, stories = group(terms, 1), {}
    for key in keys:
        ids = groups.get(key, [])
        receivers = [terms[t][0] for t in ids]
        heads = [f"[{k.partition(':')[2]}] += " for k in receivers]
        text = lines(
            ids,
            [product(values, terms[t]) for t in ids],
            list(map(row_of, receivers)),
            "   ",
            heads,
        )
        sent = [number(math.prod(values[k] for k in terms[t][1:] if k)) for t in ids]
        head = f"{label(key)} = <b>{number(values[key])}</b> is sent into {name_of(receivers[0]) if ids else 'nothing'}"
        stories[key] = {
            "terms": ids, "formula": "\n  ".join([head, *text]), "say": says(key, values, say(key, ids)), "line": line,
            "seen": [], "badge": [0, [n if n.startswith("\N{MINUS SIGN}") else f"+{n}" for n in sent]],
        }  # fmt: skip
    return stories


def hide(stories, keys):
    """The stories with the results of `keys` left out, for a reader who predicts first."""
    out = dict(stories)
    for key in keys:
        text = re.sub("<b>[^<]*</b>", "<b>?</b>", out[key]["formula"])
        say = f"What is {label(key)}? Type your guess into its cell; Show tells."
        out[key] = out[key] | {"formula": text, "say": say}
    if keys:  # what was filled up so far would give results away
        out = {
            key: {part: v for part, v in story.items() if part != "show"}
            for key, story in out.items()
        }
    return out
