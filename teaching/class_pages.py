"""class_pages: what a class has answered as HTML: a list with names for the teacher, and a heat map
without names for the projector."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

from teaching.class_list import LETTERS, MISTAKE, STATES, PageList
from teaching.handins import UNREADABLE

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
<h1>{title}</h1>
{body}
</html>
"""
PLAIN = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #111; background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
th, td { border: 1px solid #999; padding: .2rem .5rem; text-align: left; vertical-align: top }
td.state { text-align: center; font-weight: bold }
.right { background: #cfe8ff } .mistake { background: #ffc9a3 } .wrong { background: #ffe3c9 }
.missing { color: #595959 }
thead { display: table-header-group } tr { break-inside: avoid } h2 { break-after: avoid }
td.state { print-color-adjust: exact }
tbody th, tbody td:last-child:not(.state) { overflow-wrap: anywhere } /* names */
@media print { .pointer { display: none }
  table { font-size: 10pt } th, td { padding: .1rem .25rem } }
@page { size: landscape; margin: 12mm }
"""
FAR = """
body { font: 1.5rem/1.25 system-ui, sans-serif; margin: 1.5rem; color: #111; background: #fff }
h1 { display: none } h2 { font-size: 1.8rem; margin: 0 0 .3rem }
table { border-collapse: collapse; width: 100% }
th, td { border: 2px solid #fff; padding: .2rem .6rem; text-align: left }
.count { text-align: center; width: 4em; line-height: 1.05 }
td.count { font-size: 1.8rem; font-weight: bold; width: 2.2em }
td.why { font-size: 1.2rem; line-height: 1.15 }
tr { break-inside: avoid } thead { display: table-header-group }
td.count { print-color-adjust: exact }
@media print {
  body { font-size: 14pt; margin: 0 } h2 { font-size: 18pt }
  .count { font-size: 12pt; width: 4.2em } td.count { font-size: 16pt }
  td.why { font-size: 12pt }
  table ~ h2 { break-before: page }
}
@page { size: landscape; margin: 12mm }
"""
# a state's colour where everybody is in it; blue and orange are told apart by every eye
COLOURS = {
    "right": (86, 160, 235),
    "mistake": (240, 130, 50),
    "wrong": (245, 175, 100),
    "not answered": (175, 175, 175),
    "not run": (190, 190, 190),
    "not found": (205, 205, 205),
}
POINT = '<span class="pointer">Point at a letter to see why.</span>'  # paper cannot
STRANGE = "not in the class list"
MOST = 2  # mistakes of one exercise that the heat map tells


def listed(pages: Iterable[PageList], said: Iterable[Sequence[str]]) -> str:
    """The teacher's list: a table a page with a row a student, the mistakes, and what is to be said
    of files and of fresh runs."""
    legend = ", ".join(f"{LETTERS[state]} {state}" for state in STATES)
    body = [f"<p>{escape(legend)}. {POINT}</p>"]
    for page in pages:
        head = "".join(f"<th>{escape(name)}</th>" for name in page.exercises)
        rows = "".join(_row(student, page, row) for student, row in page.rows.items())
        body.append(
            f"<h2>{escape(page.title)}</h2>\n"
            f"<table><thead><tr><th>Student</th>{head}</tr></thead>\n{rows}</table>\n"
            f"{_table(('Exercise', 'Mistake', 'How many', 'Who'), _who(page))}"
        )
    notes = [*said]
    body += ["<h2>To look at</h2>\n", _table(("What", "Why"), notes)] if notes else []
    return PAGE.format(title="What the class has answered", style=PLAIN, body="".join(body))


def mistakes(pages: Iterable[PageList]) -> list[tuple[str, str, int]]:
    """(exercise, mistake, how many) of all that are named."""
    return [
        (name, why, count)
        for page in pages
        for name in page.exercises
        for why, count in page.mistakes(name)
    ]


def _who(page):
    """(exercise, mistake, how many, who) of all that are named."""
    for name, why, count in mistakes([page]):
        made = [one for one, row in page.rows.items() if row[name] == (MISTAKE, why)]
        yield name, why, count, ", ".join(made)


def heat_map(pages: Iterable[PageList], strangers: Collection[str] = ()) -> str:
    """The page for the projector: how many are where in each exercise, and the mistakes that are
    made most; no names. The more students, the deeper the colour; a state that nobody is in
    has no column. Whose notebook cannot be read is counted below, and so are the
    strangers, who are not in the class list."""
    body = []
    for page in pages:
        states = [state for state in STATES if state != UNREADABLE]
        met = [s for s in states if any(page.counts(name)[s] for name in page.exercises)]
        unread = sum(bool(page.unreadable(student)) for student in page.rows)
        head = "".join(f'<th class="count">{state}</th>' for state in met)
        rows = "".join(_heat(name, page, met) for name in page.exercises)
        body.append(
            f"<h2>{escape(page.title)}</h2>\n"
            f"<table><thead><tr><th>Exercise</th>{head}"
            "<th>most frequent mistakes</th></tr></thead>\n"
            f"{rows}</table>\n"
        )
        body += [f"<p>{UNREADABLE}: {unread}</p>\n"] if unread else []
        unknown = sum(student in strangers for student in page.rows)
        body += [f"<p>{STRANGE}: {unknown} of {len(page.rows)}</p>\n"] if unknown else []
    return PAGE.format(title="Where we are", style=FAR, body="".join(body))


def _row(student, page, row):
    why = page.unreadable(student)
    cells = "".join(_state(*row[name]) for name in page.exercises)
    if why:
        cells = f'<td class="missing" colspan="{len(page.exercises)}">{escape(why)}</td>'
    return f"<tr><th>{escape(student)}</th>{cells}</tr>\n"


def _state(state, why):
    told = escape(f"{state}: {why}" if why else state)
    kind = state if state in ("right", MISTAKE, "wrong") else "missing"
    letter = LETTERS[state]
    return f'<td class="state {kind}" title="{told}"><span aria-label="{told}">{letter}</span></td>'


def _heat(name, page, met):
    counts = page.counts(name)
    read = len(page.rows) - counts[UNREADABLE]
    cells = "".join(_count(state, counts[state], read) for state in met)
    told = page.mistakes(name)[:MOST]
    whys = "<br>".join(f"{count} &times; {escape(why)}" for why, count in told)
    return f'<tr><th>{escape(name)}</th>{cells}<td class="why">{whys}</td></tr>\n'


def _count(state, n, of):
    share = n / of
    colour = ", ".join(f"{255 - (255 - part) * share:.0f}" for part in COLOURS[state])
    return f'<td class="count" style="background: rgb({colour})">{n or ""}</td>'


def _table(head, rows):
    """A table, or nothing where it would have no rows."""
    lines = [_cells("td", row) for row in rows]
    return f"<table><thead>{_cells('th', head)}</thead>{''.join(lines)}</table>\n" if lines else ""


def _cells(kind, row):
    return f"<tr>{''.join(f'<{kind}>{escape(str(cell))}</{kind}>' for cell in row)}</tr>\n"
