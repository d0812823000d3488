"""links: which cells belong together, and the words for it. Pure functions; strings and integers only.

terms    one row for each multiply-add of reference.py: (receiver, factor, factor), keys of cells ("" = none).
stories  what selecting a cell tells: the terms that take part, the formula, the sentence, the line of code.
Grouping the SAME terms by column 0 is the gather view, by column 1 or 2 the scatter view.
"""
import re
from html import escape

from cnnlib.views.frames import factor, label, number

TAG = re.compile("<[^>]+>")


def name_of(key):
    """The array that a key names: "x" of "x:1,0"."""
    return key.split(":")[0]


def index_of(key):
    """The place in that array: (1, 0) of "x:1,0"."""
    return tuple(int(n) for n in key.split(":")[1].split(","))


def value(numbers, key):
    """The number in the cell `key`."""
    return numbers[name_of(key)][index_of(key)]


def group(terms, column):
    """key -> ids of the terms whose `column` holds that key, in the order of the loops."""
    groups = {}
    for n, term in enumerate(terms):
        groups.setdefault(term[column], []).append(n)
    return groups


def lines(ids, texts, rows, joint):
    """Terms as text lines: one line for each value of `rows`, columns aligned, every term and factor in its own span."""
    plain = [TAG.sub("", text) for text in texts]
    wide, out = max(map(len, plain)), []
    for n, (term, text, row) in enumerate(zip(ids, texts, rows)):
        if n == 0 or row != rows[n - 1] or len(out[-1]) >= 8:
            out.append([])
        out[-1].append(" " * (wide - len(plain[n])) + f"<span data-term={term}>{text}</span>")
    return [joint.join(line) for line in out]


def product(numbers, term):
    """The term with its numbers filled in: 2·(−1), each factor in a span of its own."""
    return "·".join(f"<span>{factor(value(numbers, key))}</span>" for key in term[1:] if key)


def row_of(key):
    """All of a key but its last index: the cells of one row share it."""
    return key.rpartition(",")[0]


def gather(terms, numbers, say, line=0, badge=None, seen=None, keys=None, after=""):
    """One story for each receiver: everything that flows into it, added up. `after`: what is done with the sum."""
    stories, groups = {}, group(terms, 0)
    for key in keys or groups:
        ids = groups.get(key, [])
        head, total = f"{label(key)} = ", number(value(numbers, key))
        texts = [product(numbers, terms[t]) for t in ids]
        rows = lines(ids, texts, [row_of(terms[t][1]) for t in ids], " + ") if ids else ["0"]
        indent = "\n" + " " * (len(head) - 2)
        text = head + (indent + "+ ").join(rows) + after + indent + f"= <b>{total}</b>"
        stories[key] = {"terms": ids, "formula": text, "say": say(key, ids), "line": line, "seen": seen(key) if seen else []}
        if badge and ids:
            on, of = badge
            stories[key]["badge"] = [on, ["×" + number(value(numbers, terms[t][of])) if terms[t][of] else "" for t in ids]]
    return stories


def scatter(terms, numbers, say, source=1, line=0, show=None):
    """One story for each source cell: everything that flows out of it."""
    stories = {}
    for key, ids in group(terms, source).items():
        if not key:
            continue
        texts = [f"[{terms[t][0].split(':')[1]}] += {product(numbers, terms[t])}" for t in ids]
        rows = lines(ids, texts, [row_of(terms[t][0]) for t in ids], "   ")
        head = f"{label(key)} = <b>{number(value(numbers, key))}</b> is sent into {name_of(terms[ids[0]][0])}\n  "
        stories[key] = {"terms": ids, "formula": head + "\n  ".join(rows), "say": say(key, ids), "line": line, "seen": []}
        stories[key]["badge"] = [0, ["+" + TAG.sub("", product(numbers, terms[t])) for t in ids]]
        if show:
            stories[key]["show"] = show(key)
    return stories


def hide(stories, keys):
    """The stories with the results of `keys` left out, for a reader who predicts first."""
    out = dict(stories)
    for key in keys:
        text = re.sub("<b>[^<]*</b>", "<b>?</b>", out[key]["formula"])
        say = f"What is {label(key)}? Type your guess into its cell; Show tells."
        out[key] = out[key] | {"formula": text, "say": say}
    return out


def plain(text):
    """Text from outside, fit to stand in HTML."""
    return escape(str(text))
