"""shares: the share that a network gives each class, as a table with bars (level 6)."""

from collections.abc import Iterable

import numpy as np

BAR = "#c8511b"


def softmax(scores: np.ndarray) -> np.ndarray:
    """The shares (K,) of scores (K,)."""
    with np.errstate(invalid="ignore", over="ignore"):
        e = np.exp(scores - np.max(scores))
        return e / e.sum()


def table(
    shares: Iterable[float], caption: str, label: int | None = None, *, small: bool = False
) -> str:
    """A row for each class, its bar and its share in percent; the row of `label` is marked. A share
    that is no number has neither. small: for a room with little space."""
    body, wide = "", 6 if small else 8
    for k, share in enumerate(shares):
        bar, told = "", ""
        if np.isfinite(share):
            mark = ";outline:2px solid currentColor" if k == label else ""
            css = f"width:{0.1 + wide * share:.1f}em;height:.7em;background:{BAR}{mark}"
            bar, told = f'<div style="{css}"></div>', f"{share:.0%}"
        name = f"{k} ←" if k == label else f"{k}"
        body += (
            f'<tr><th scope="row">{name}</th><td style="width:{wide + 0.5}em">{bar}</td>'
            f'<td style="width:3em">{told}</td></tr>'
        )
    look = ' style="font-size:11px;line-height:1.2"' if small else ""
    return f'<table class="mp-shares"{look}><caption>{caption}</caption>{body}</table>'
