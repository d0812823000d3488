"""controls: the HTML of what an explorer of maps lets its reader use (level 6).

A control carries data-do and sends the page's wish of that name to Python; data-play is the
script's own affair.
"""

from collections.abc import Iterable
from html import escape

import numpy as np

from cnnlib.views.explorers.questions import Question
from cnnlib.views.maps import number

PLAYER = (
    '<button type="button" data-play="back">◀ Back</button>'
    '<button type="button" data-play="play">▶ Play</button>'
    '<button type="button" data-play="step">Step ▶</button>'
    "{}"
)
SCRUB = (
    '<label>{} <input type="range" min="0" step="1" data-play="range"></label>'
    '<output data-play="count"></output>'
)
SPEED = (
    '<label>speed <select data-play="speed">'
    "<option>slow</option><option selected>normal</option><option>fast</option></select></label>"
)
LARGER = (
    '<button type="button" data-play="large" aria-pressed="false" aria-label="larger type">A+'
    "</button>"
)
MORE = (
    '<button type="button" data-play="more" aria-label="more controls" aria-expanded="false">…'
    '</button><div class="ex-bar ex-more" hidden>{}</div>'
)


def part(name: str, html: str = "", tag: str = "div", style: str = "") -> str:
    """A place in the page whose content is filled from the parts of its Page."""
    return f'<{tag} data-part="{escape(name)}" style="{style}">{html}</{tag}>'


def choice(do: str, label: str, options: Iterable[object]) -> str:
    """A labelled <select>; Python hears {do, value}."""
    inside = "".join(f'<option value="{escape(str(o))}">{escape(str(o))}</option>' for o in options)
    return f'<label>{escape(label)} <select data-do="{do}">{inside}</select></label>'


def switch(do: str, label: str) -> str:
    """A labelled checkbox; Python hears {do, value: true or false}."""
    return f'<label><input type="checkbox" data-do="{do}"> {escape(label)}</label>'


def button(do: str, label: str) -> str:
    """A button; Python hears {do}."""
    return f'<button type="button" data-do="{do}">{escape(label)}</button>'


def more(controls: str) -> str:
    """The button "…" and what it opens: the speed, where something is played, and larger type."""
    played = SPEED if 'data-play="play"' in controls else ""
    return MORE.format(played + LARGER)


def player(label: str) -> str:
    """Back, Play, Step, a scrub bar over the recorded steps."""
    return PLAYER.format(scrub(label))


def scrub(label: str) -> str:
    """A scrub bar over the recorded steps."""
    return SCRUB.format(escape(label))


def entries(do: str, name: str, numbers: np.ndarray) -> tuple[str, str]:
    """A table of labelled inputs for a small 2-D array, and the same still: (live, still).

    Python hears {do, at: "row,column", value}.
    """
    live = still = ""
    for i, row in enumerate(numbers):
        live += "<tr>"  # a row needs no end tag
        still += "<tr>"
        for j, value in enumerate(row):
            label = f'aria-label="{name}[{i}, {j}]" inputmode="text" size="4"'
            live += f'<td><input data-do="{do}" data-at="{i},{j}" {label}></td>'
            still += f"<td>{number(value)}</td>"
    table = (
        f'<figure style="margin:0"><figcaption><b>{name}</b></figcaption>'
        '<table class="mp-entries" role="presentation">{}</table></figure>'
    )
    return table.format(live), table.format(still)


def asked(question: Question) -> str:
    """The bar that asks a Question: a number to type, or a choice; and Show."""
    if question.options:
        field = choice("guess", "your guess", ["", *question.options])
    else:
        field = '<label>your guess <input data-do="guess" inputmode="text" size="8"></label>'
    words = f"<span>{escape(question.words)}</span>"
    return f'<div class="mp-bar mp-ask">{words} {field} {button("show", "Show")}</div>'
