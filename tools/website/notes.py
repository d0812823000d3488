"""notes: what a speaker needs at each slide: where in the meeting it stands, what is right there,
what most get wrong, and what the page says beside it."""

import re
import textwrap

from cnnlib.course.saving import WIDGET_VIEW
from tools.builder.deck import SECTION, tagged
from tools.website.answers import answer_to, asked_by
from tools.website.parts import parts_of
from tools.website.slides import DETAILS

ITEM = re.compile(r"(?=\(\d\) |Without a number:)")
QUESTION = re.compile(r"[A-Z][^.?!]*\?")
SHOWS = re.compile(r"\*([\w.]+) shows")
AIMS = "**You will be able to**"
PARAGRAPH = "\n\n"
LENGTH = 900  # letters of the page beside a slide; a paragraph that goes beyond it stays whole


def annotate(slides, plan, writer):
    """Give each slide of a deck its notes."""
    places, planned = _places(slides, plan.rows), _plan(slides, plan)
    for n, slide in enumerate(slides):
        former, following = slides[n - 1] if n else None, slides[n + 1 : n + 2]
        texts = places[n] + _asked(slide, writer) + planned[n] + _before(former, slide)
        texts += _behind(slide, *following)
        texts += [] if len(texts) > 1 or slide.explorer else _questions(slide)
        slide.notes += [writer.markdown(text) for text in texts]


# ---- the plan


def _places(slides, rows):
    """Where each slide stands in the meeting, and what comes behind it without a slide."""
    found = [[_unplanned(slides, n)] for n in range(len(slides))]
    for part in parts_of(slides, rows):
        row, (short, long) = part.row, part.ends
        for k, n in enumerate(part.slides, start=1):
            end = f"until minute {short} of 45, or {long} of 90"
            found[n] = [
                f"Slide {k} of {len(part.slides)} of *{row.part.partition(':')[0]}*, {end}."
            ]
        found[part.slides[0]] = [f"{_row(row)}, until minute {short} or {long}."]
        found[part.slides[-1]] += [f"Then, without a slide: {_row(then)}." for then in part.then]
    return found


def _row(row):
    return f"**{row.part}**, {row.short} minutes of 45, {row.long} of 90"


def _unplanned(slides, n):
    """What is said of a slide for which the plan has no minutes."""
    alike = [k for k, slide in enumerate(slides) if slide.section == slides[n].section]
    which = f"Slide {alike.index(n) + 1} of {len(alike)} of *{slides[n].section}*"
    told = "the plan has no minutes for it, so it stands behind the exit question"
    return f"{which}: {told}, for home or for time that is left."


def _plan(slides, plan):
    """The words of the plan, each at the slide where they are wanted."""
    found = [[] for _ in slides]
    found[0] += [f"**Open with** {plan.opening}", _table(plan.rows)]
    found[-1].append(f"**Key:** {plan.key}")
    if plan.vote:
        found[_marked(slides, "vote")].append(f"**Vote.** {plan.vote}")
    for tag, text in (
        ("board", f"**On the board.** {plan.board}"),
        ("stop", f"**Short of time?** Stop {plan.stop} Then X: the exit question."),
    ):
        found[_marked(slides, tag)].append(text)
    for item in ITEM.split(plan.wrong):
        if item.strip():
            found[_where(slides, item)].append(f"**Most get wrong:** {item.strip()}")
    return found


def _where(slides, item):
    """The slide that asks what a common mistake is made in; else the first one behind the board
    that asks something."""
    names = SHOWS.findall(item)
    asking = [n for n, slide in enumerate(slides) if set(names) & set(slide.asks)]
    later = (n for n, slide in enumerate(slides) if slide.asks and n > _marked(slides, "board"))
    return asking[0] if asking else next(later)


def _marked(slides, tag):
    return next(n for n, slide in enumerate(slides) if slide.has(tag))


def _table(rows):
    """The minutes of all parts."""
    lines = [f"| {row.part} | {row.short} | {row.long} |" for row in rows]
    return "\n".join(["| | 45 | 90 |", "|---|---|---|", *lines])


# ---- the lesson


def _before(former, slide):
    """What the page says before an explorer, and so what is done with it."""
    if not slide.explorer or former is None:
        return []
    between, first = _text(former.group.beside), former.group.cells[0].source
    return [between or f"**Asked:** {first.split(PARAGRAPH)[-1]}"]


def _behind(slide, following=None):
    """What the page says behind a slide, unless it leads to the explorer that comes next."""
    text = _text(slide.group.beside)
    return (
        [f"**On the page:**{PARAGRAPH}{text}"]
        if text and not (following and following.explorer)
        else []
    )


def _text(cells):
    """The words of some cells, what is folded opened, up to the next section."""
    words = [SECTION.split(cell.source)[0] for cell in cells if cell.cell_type == "markdown"]
    paragraphs, length = [], 0
    for paragraph in _opened(PARAGRAPH.join(words)).split(PARAGRAPH):
        if paragraph.startswith(AIMS) or length > LENGTH:
            break
        paragraphs.append(paragraph)
        length += len(paragraph)
    return PARAGRAPH.join(paragraphs).strip()


def _opened(source):
    """Markdown with its folded answers open, each behind its title."""
    return DETAILS.sub(lambda found: f"**{found[1]}:** {found[2].strip()}", source)


# ---- answers


def _asked(slide, writer):
    """What is right on a slide that asks: of an explorer, of exercises, and what is covered."""
    found = asked_by(slide.explorer, writer.cells.states) if slide.explorer else []
    for cell in filter(tagged, slide.group.cells):
        if cell.cell_type == "markdown":
            folded = DETAILS.findall(cell.source)
            found += [f"**{title}:** {text.strip()}" for title, text in folded]
        elif tagged(cell, "reveal"):
            found += [f"**Behind the bar:**\n\n{text}" for text in _put_out(cell)]
    pressed = ["*A press: the answer.*"] if slide.asks else []
    return found + [answer_to(name) for name in slide.asks] + pressed


def _put_out(cell):
    """What a covered cell puts out: of a picture its caption, which is printed behind it, too."""
    caption = ""
    for output in cell.outputs:
        if output.output_type == "stream":
            text = output.text.removeprefix(textwrap.fill(caption, 78)).strip("\n")
            yield from [f"```text\n{text}\n```"] if text else []
        elif WIDGET_VIEW not in output.data:
            caption = output.metadata["image/png"]["alt"]
            yield caption


def _questions(slide):
    """What a slide asks, of which nothing else is said."""
    words = [cell.source for cell in slide.group.cells if cell.cell_type == "markdown"]
    asked = QUESTION.findall(DETAILS.sub("", "\n".join(words)).replace("*", ""))
    return [f"**Ask, and wait:** {' '.join(one.strip() for one in asked)}"] if asked else []
