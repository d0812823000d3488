"""shares: the share that a network gives each class, as a table with bars (level 6)."""

from collections.abc import Sequence

import numpy as np

BAR = "#c8511b"


def softmax(scores: np.ndarray) -> np.ndarray:
    """The shares (K,) of scores (K,)."""
    with np.errstate(invalid="ignore", over="ignore"):
        e = np.exp(scores - np.max(scores))
        return e / e.sum()


def table(shares: Sequence[float], caption: str, label: int | None = None) -> str:
    """A row for each class, its bar and its share in percent; the row of `label` is marked."""
    body = ""
    for k, share in enumerate(np.nan_to_num(shares)):
        mark = ";outline:2px solid currentColor" if k == label else ""
        css = f"width:{0.1 + 6 * share:.1f}em;height:.7em;background:{BAR}"
        name = f"{k} ←" if k == label else f"{k}"
        body += (
            f'<tr><th scope="row">{name}</th>'
            f'<td style="width:6.5em"><div style="{css}{mark}"></div></td>'
            f'<td style="width:3em">{share:.0%}</td></tr>'
        )
    return (
        '<table class="mp-shares" style="font-size:11px;line-height:1.2">'
        f"<caption>{caption}</caption>{body}</table>"
    )
