"""gain_page: what a class has gained, for the projector and for paper; no names."""

from collections.abc import Iterable, Sequence

from teaching import paper

TITLE = "Before and after"
MEANT = (
    "The gain is the share of what was missing before and has been won since: 0 is nothing, "
    "1 is everything; below 0, more was lost than won. "
    "It is usual to call a gain below 0.3 low, from 0.3 to 0.7 medium, above 0.7 high."
)
HEAD = ("question", "right before", "right after", "gain", "most frequent mistakes")


def class_page(
    said: str, gain: float | None, alone: tuple[int, int], rows: Iterable[Sequence[str | int]]
) -> str:
    """The page. said: the class in one sentence. gain: that of the class. alone: how many answered
    only before, and only after. rows: those of gain.by_question."""
    parts = [said, in_class(gain), MEANT, left_out(*alone)]
    paragraphs = "".join(f"<p>{paper.told(part)}</p>\n" for part in parts if part)
    head = "".join(f'<th scope="col">{name}</th>' for name in HEAD)
    body = "".join(map(_row, rows))
    table = f'<table class="gains"><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n'
    return paper.page(TITLE, f"<h1>{TITLE}</h1>\n{paragraphs}{table}")


def in_class(gain: float | None) -> str:
    """What can be said to a class of its gain; "" where nothing was missing before."""
    if gain is None:
        return ""
    if gain < 0:
        return "To say in class: fewer answers are right than before."
    return (
        "To say in class: of every 100 answers that were not right before, "
        f"we have won {100 * gain:.0f}."
    )


def left_out(before: int, after: int) -> str:
    """How many are not counted, and why; "" where all are."""
    if not before + after:
        return ""
    return f"Left out: {before} who answered only before, {after} who answered only after."


def _row(row):
    name, about, before, after, gain, *often = row
    times = [f"{when}: {why}" for when, why in zip(("before", "after"), often) if why]
    numbers = "".join(f'<td class="count">{paper.told(str(n))}</td>' for n in (before, after, gain))
    mistakes = "<br>".join(map(paper.told, times))
    return f"<tr><td>{name} · {paper.escape(str(about))}</td>{numbers}<td>{mistakes}</td></tr>\n"
