"""curves: a bar and small line charts of a training as HTML (level 6)."""

from collections.abc import Sequence
from html import escape

WIDE, HIGH = 320, 90
POINTS = 160  # of a curve
RECENT = 20  # steps of which the mean loss is told


def thinned(values: Sequence[float], points: int = POINTS) -> list[float]:
    """At most `points` means of neighbouring values."""
    step = max(1, -(-len(values) // points))
    groups = (values[k : k + step] for k in range(0, len(values), step))
    return [sum(group) / len(group) for group in groups]


def recent(losses: Sequence[float]) -> float:
    """The mean of the last losses; there is at least one."""
    last = losses[-RECENT:]
    return sum(last) / len(last)


def polyline(
    values: Sequence[float], width: int = WIDE, height: int = HIGH, top: float | None = None
) -> str:
    """The points of an SVG line through `values`: 0 at the bottom, `top` (default: the largest) at
    the top."""
    if top is None:
        top = max(max(values, default=0), 1e-12)
    across = max(len(values) - 1, 1)
    return " ".join(
        f"{k / across * width:.1f},{height - 3 - v / top * (height - 6):.1f}"
        for k, v in enumerate(values)
    )


def line(points: str, look: str = "stroke:currentColor") -> str:
    """A line of a chart through the points of `polyline`."""
    return f'<polyline points="{points}" fill="none" stroke-width="1.5" style="{look}"/>'


def chart(lines: str, words: str, width: int = WIDE, height: int = HIGH) -> str:
    """A chart of some lines, with words for who does not see it."""
    return (
        f'<svg width="{width}" height="{height}" role="img" aria-label="{escape(words)}">'
        f"{lines}</svg>"
    )


def bar(done: float, total: float, words: str) -> str:
    """How much of something is done."""
    return f'<progress value="{done:g}" max="{total:g}" aria-label="{escape(words)}"></progress>'
