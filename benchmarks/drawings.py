"""drawings: digits as people draw them on a pad, in seven styles; nothing of it is used to train.

    strokes(digit, style, rng)

gives one drawing as the pad's page would send it: strokes of points (row, column) in the middles of
cells. A shape is told by few points, and a random hand does the rest.
"""

from collections.abc import Callable

import numpy as np

CELLS = 32  # of the pad on each side
Shape = list[np.ndarray]  # strokes (n, 2)


# ---- shapes: strokes of points (row, column), the height of a digit from 0 to 1


def points(text: str) -> np.ndarray:
    """Points (row, column) of a text such as "50,10 100,0", in hundredths of the height."""
    return np.array([pair.split(",") for pair in text.split()], float) / 100


def line(text: str) -> np.ndarray:
    """Straight pieces from point to point, with 12 points on each."""
    steps = np.linspace(0, 1, 12, endpoint=False)[:, None]
    ends = points(text)
    pieces = [a + steps * (b - a) for a, b in zip(ends[:-1], ends[1:], strict=True)]
    return np.concatenate([*pieces, ends[-1:]])


def curve(text: str) -> np.ndarray:
    """A smooth curve through all points (Catmull and Rom), with 12 points on each piece."""
    p = points(text)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        pieces.append(
            (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2) / 2
            + (3 * b - a - 3 * c + d) * t**3 / 2
        )
    return np.concatenate([*pieces, p[-2:-1]])


def ring(row: float, column: float, high: float, wide: float, start: float = 0) -> np.ndarray:
    """An ellipse around a point, against the clock, from `start` (0 at the top, of a turn)."""
    turn = 2 * np.pi * (start + np.linspace(0, 1, 40))
    return np.stack([row - high * np.cos(turn), column - wide * np.sin(turn)], axis=1)


def joined(*strokes: np.ndarray) -> np.ndarray:
    """One stroke of several, the pen stays down."""
    return np.concatenate(strokes)


# the first shape of each digit is the printed one
SHAPES: dict[int, list[Shape]] = {
    0: [
        [ring(0.5, 0.33, 0.5, 0.33)],
        [ring(0.5, 0.4, 0.5, 0.4, 0.95)],
        [curve("6,50 10,15 50,0 93,20 90,50 50,62 10,45 0,25")],
    ],
    1: [
        [line("20,5 0,30 100,30"), line("100,5 100,55")],
        [line("0,30 100,30")],
        [line("22,5 0,30 100,30")],
        [line("12,12 0,30 100,25")],
    ],
    2: [
        [joined(curve("22,4 3,20 3,48 27,60 55,42 100,0"), line("100,0 100,65"))],
        [curve("20,3 1,28 15,58 50,46 88,12 97,2 86,2 86,20 97,45 92,70")],
        [joined(curve("10,5 0,30 20,58 60,35 95,2"), curve("95,2 93,30 98,65"))],
    ],
    3: [
        [joined(curve("12,4 0,28 12,56 36,52 46,25"), curve("46,25 54,54 78,62 100,30 87,0"))],
        [joined(line("0,5 0,57 40,27"), curve("40,27 48,52 75,60 100,28 90,0"))],
        [curve("10,2 0,30 18,55 42,35 46,28 55,50 82,55 100,25 93,0")],
    ],
    4: [
        [line("100,50 0,50 68,0 68,68")],
        [line("0,12 55,2 55,66"), line("5,50 100,46")],
        [line("0,42 62,0 62,66"), line("30,50 100,45")],
        [curve("0,10 45,5 52,30 46,60"), line("0,55 100,50")],
    ],
    5: [
        [joined(line("0,60 0,10 42,7"), curve("42,7 36,35 60,62 90,50 100,22 88,0"))],
        [
            joined(line("0,12 40,8"), curve("40,8 38,40 65,58 95,35 95,0")),
            line("0,12 0,62"),
        ],
        [joined(line("3,60 0,20"), curve("0,20 20,10 40,15 55,50 80,55 100,20 93,0"))],
    ],
    6: [
        [curve("0,50 18,20 55,2 85,8 100,33 86,60 62,54 53,32 68,5")],
        [joined(curve("0,30 40,6 75,1 98,22 90,50 65,52 60,25 78,6"))],
        [joined(line("0,45 60,6"), ring(0.75, 0.3, 0.25, 0.26, 0.15))],
    ],
    7: [
        [line("0,0 0,60 100,20")],
        [line("0,0 0,60 100,25"), line("50,15 50,62")],
        [joined(line("12,0 0,2 0,58"), curve("0,58 40,36 100,25"))],
        [joined(line("4,0 0,60"), line("0,60 100,35"))],
    ],
    8: [
        [ring(0.24, 0.32, 0.24, 0.24), ring(0.74, 0.32, 0.26, 0.3)],
        [curve("13,55 0,32 15,7 36,20 55,42 80,55 99,30 85,4 62,18 40,42 13,55")],
        [joined(ring(0.24, 0.3, 0.24, 0.22, 0.5), ring(0.74, 0.3, 0.26, 0.25))],
    ],
    9: [
        [joined(ring(0.27, 0.3, 0.27, 0.28, 0.8), curve("20,57 55,56 90,42 100,15"))],
        [joined(ring(0.26, 0.28, 0.26, 0.26, 0.85), line("10,50 100,50"))],
        [joined(ring(0.26, 0.3, 0.26, 0.26, 0.85), line("12,54 100,30"))],
        [curve("12,52 0,30 20,3 45,15 42,42 15,53 50,54 100,48")],
    ],
}


# ---- styles: what a hand makes of a shape


def stretched(shape: Shape, wide: float, slant: float, turn: float = 0.0) -> Shape:
    """Wider by the factor `wide`, then leant to the right by `slant` of the height, then turned."""
    c, s = np.cos(turn), np.sin(turn)
    matrix = np.array([[c, -s], [s, c]]) @ np.array([[1, 0], [-slant, wide]])
    return [stroke @ matrix.T for stroke in shape]


def wobbly(shape: Shape, size: float, rng: np.random.Generator) -> Shape:
    """Each stroke moved as a whole, and along its way by slow waves, by about `size`."""
    out = []
    for stroke in shape:
        way = np.linspace(0, 1, len(stroke))[:, None]
        moved = stroke + size * rng.standard_normal(2) / 2
        for waves in (1, 2, 3):
            phase = rng.uniform(0, 2 * np.pi, 2)
            moved += size * rng.standard_normal(2) / waves * np.sin(2 * np.pi * waves * way + phase)
        out.append(moved)
    return out


def plain(shape: Shape, rng: np.random.Generator) -> Shape:
    """As most people draw."""
    wide, slant, turn = rng.uniform(0.85, 1.15), rng.uniform(-0.1, 0.2), rng.uniform(-0.1, 0.1)
    return stretched(wobbly(shape, 0.02, rng), wide, slant, turn)


def narrow(shape: Shape, rng: np.random.Generator) -> Shape:
    """About half as wide."""
    return stretched(wobbly(shape, 0.02, rng), rng.uniform(0.45, 0.65), rng.uniform(-0.05, 0.1))


def wide(shape: Shape, rng: np.random.Generator) -> Shape:
    """As wide as high, or wider."""
    return stretched(wobbly(shape, 0.02, rng), rng.uniform(1.4, 1.9), rng.uniform(-0.1, 0.1))


def slanted(shape: Shape, rng: np.random.Generator) -> Shape:
    """Leaning to the right, one in four to the left."""
    slant = rng.uniform(0.3, 0.55) if rng.random() < 0.75 else rng.uniform(-0.4, -0.2)
    return stretched(wobbly(shape, 0.02, rng), rng.uniform(0.85, 1.15), slant)


def thick(shape: Shape, rng: np.random.Generator) -> Shape:
    """Each stroke drawn three times, beside itself."""
    shape, beside = plain(shape, rng), np.array([[0, 0], [0.045, 0.03], [-0.03, 0.045]])
    return [stroke + away for stroke in shape for away in beside * rng.uniform(0.8, 1.4)]


def printed(shape: Shape, rng: np.random.Generator) -> Shape:
    """Upright and without a tremble."""
    return stretched(shape, rng.uniform(0.85, 1.15), 0)


STYLES: dict[str, Callable[[Shape, np.random.Generator], Shape]] = {
    "normal": plain,
    "narrow": narrow,
    "wide": wide,
    "slanted": slanted,
    "small in a corner": plain,
    "thick": thick,
    "printed": printed,
}


# ---- drawn


def strokes(digit: int, style: str, rng: np.random.Generator) -> list[list[tuple[float, float]]]:
    """One drawing of a digit: strokes, each a list of points (row, column) on the pad."""
    shapes = SHAPES[digit][:1] if style == "printed" else SHAPES[digit]
    shape = STYLES[style](shapes[rng.integers(len(shapes))], rng)
    every = np.concatenate(shape)
    low, size = every.min(0), np.ptp(every, axis=0)
    small = style == "small in a corner"
    high = rng.uniform(8, 11) if small else rng.uniform(20, 27)
    scale = min(high / size[0], 28 / size[1])
    room = CELLS - 1 - scale * size
    at = room * (rng.integers(2, size=2) * 0.9 + 0.05 if small else rng.uniform(0.2, 0.8, 2))
    return [in_cells((stroke - low) * scale + at) for stroke in shape]


def in_cells(points: np.ndarray) -> list[tuple[float, float]]:
    """The middles of the pad's cells that a pen meets, one after the other."""
    cells = np.floor(points + 0.5)
    new = np.any(np.diff(cells, axis=0, prepend=-1), axis=1)
    return [(i + 0.5, j + 0.5) for i, j in cells[new].tolist()]
