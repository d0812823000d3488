"""scanner: strokes of a pen -> an image as those of a data set are (level 6).

Two ways are known. MNIST fits a digit into a square, keeps its shape, and then puts its centre of
mass where all have theirs. The scans of 8x8 fill the height, are squeezed where they are too wide,
and stand with the middle of their box in the middle. scanner_like measures which way typical images
went, and how large their digits are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import Pair

BLOCK = 4  # dots on each side that are counted for one number
SCANS = 32  # dots on each side of the scans of 8x8
PEN = 2.8  # radius of the pen on them
WIDE = 26 / 32  # a digit's box there, of its height
NIB = 1.2 / 20  # radius of MNIST's pen, of the square a digit is fitted into
SPECK = 4  # how large a drawing is at least taken to be, in the pad's cells: a dot stays small


def segments(strokes: Sequence[ArrayLike]) -> np.ndarray:
    """The straight pieces (from, to) of strokes, (n, 2, 2); a stroke of one point is one of length
    0."""
    pieces = []
    for stroke in strokes:
        points = np.array(stroke, float)
        ends = points[1:] if len(points) > 1 else points
        pieces.append(np.stack([points[: len(ends)], ends], axis=1))
    return np.concatenate(pieces) if pieces else np.zeros((0, 2, 2))


def draw(ink: np.ndarray, piece: np.ndarray, radius: float) -> None:
    """Set the dots of a picture `ink` (H, W), bool, that lie within `radius` of a piece (from,
    to)."""
    low = np.maximum(np.floor(piece.min(0) - radius), 0).astype(int)
    high = np.maximum(np.ceil(piece.max(0) + radius), 0).astype(int)
    near = ink[low[0] : high[0], low[1] : high[1]]  # no other dot can be met
    (y, x), (down, right) = piece[0], piece[1] - piece[0]
    rows = np.arange(near.shape[0])[:, None] + (low[0] + 0.5 - y)
    columns = np.arange(near.shape[1]) + (low[1] + 0.5 - x)
    t = np.clip((rows * down + columns * right) / max(down**2 + right**2, 1e-9), 0, 1)
    near |= (rows - t * down) ** 2 + (columns - t * right) ** 2 <= radius**2


class Paper:
    """A picture of strokes that keeps its ink: of a stroke that goes on only the new is drawn."""

    def __init__(self, radius: float, size: Pair) -> None:
        self.radius, self.size = radius, size
        self._pieces = np.zeros((0, 2, 2))
        self._ink = np.zeros(size, bool)

    def ink(self, strokes: Sequence[ArrayLike]) -> np.ndarray:
        """The picture (H, W), 0 or 1, of strokes drawn with a round pen.

        strokes: each a list of points (y, x).
        """
        pieces, kept = segments(strokes), len(self._pieces)
        if not np.array_equal(pieces[:kept], self._pieces):
            kept, self._ink = 0, np.zeros(self.size, bool)
        for piece in pieces[kept:]:
            draw(self._ink, piece, self.radius)
        self._pieces = pieces
        return self._ink.astype(float)


class Scanner:
    """Strokes -> an image of size (H, W), as the scans of 8x8 were made.

    Fitted to the part `fill` of the height, centred by its box, dots counted in 4x4 blocks.
    """

    def __init__(self, size: Pair = (8, 8), fill: float = 1.0) -> None:
        self.size = size
        self.dots = np.array(size) * BLOCK
        self.pen, self.box = self.measures(fill)
        self.paper = Paper(self.pen, (int(self.dots[0]), int(self.dots[1])))

    def measures(self, fill: float) -> tuple[float, np.ndarray]:
        """(radius of the pen, (height, width) of a digit with its ink), in dots."""
        high, wide = self.dots
        return PEN * high * fill / SCANS, np.array([high, min(wide, high * WIDE)]) * fill

    def scale(self, size: np.ndarray, room: np.ndarray) -> np.ndarray:
        """How much larger, in each direction, a drawing of this size becomes in this room."""
        scale = room / np.maximum(size, 1e-9)
        return np.array([scale[0], scale.min()])

    def scan(self, strokes: Sequence[ArrayLike]) -> np.ndarray:
        """The image, from 0 to 1."""
        points = np.concatenate([np.asarray(s, float) for s in strokes])
        low, size = points.min(0), np.ptp(points, axis=0)
        room = self.box - 2 * self.pen
        scale = np.minimum(self.scale(size, room), room[0] / SPECK)
        middle = low + size / 2
        moved = [(np.asarray(s, float) - middle) * scale + self.dots / 2 for s in strokes]
        H, W = self.size
        return self.placed(self.paper.ink(moved)).reshape(H, BLOCK, W, BLOCK).mean((1, 3))

    def placed(self, ink: np.ndarray) -> np.ndarray:
        """The ink where a digit of this data set stands; so far the middle of its box is in the
        middle."""
        return ink


class MassScanner(Scanner):
    """Strokes -> an image of size (H, W), as MNIST was made.

    Fitted into a square, the part `fill` of the height, without a change of shape; then moved,
    until its centre of mass is at `centre` (row, column), as long as no ink leaves the image.
    """

    def __init__(self, size: Pair, fill: float, centre: Sequence[float]) -> None:
        super().__init__(size, fill)
        self.centre = np.array(centre) * BLOCK

    def measures(self, fill: float) -> tuple[float, np.ndarray]:
        side = self.dots[0] * fill
        return NIB * side, np.minimum(side, self.dots)

    def scale(self, size: np.ndarray, room: np.ndarray) -> np.ndarray:
        return np.full(2, (room / np.maximum(size, 1e-9)).min())

    def placed(self, ink: np.ndarray) -> np.ndarray:
        cells = np.argwhere(ink)
        by = np.round(self.centre - (cells.mean(0) + 0.5)).astype(int)
        by = np.clip(by, -cells.min(0), self.dots - 1 - cells.max(0))
        return np.roll(ink, by, axis=(0, 1))


def scanner_like(images: np.ndarray) -> Scanner:
    """The Scanner that makes images as these, (n, 1, H, W), were made.

    As large, and as much of them filled; by the centre of mass where that varies less from image to
    image than the middle of what is drawn. Some twenty different images tell; one does not.
    """
    images = images[:, 0].clip(0)
    dark = images > images.max() / 4
    images, dark = images[dark.any((1, 2))], dark[dark.any((1, 2))]
    size = dark.shape[1], dark.shape[2]
    if not len(dark):
        return Scanner(size)
    first, last = np.stack([_ends(dark, axis) for axis in (2, 1)], axis=-1)
    mass = np.stack([_mass(images, axis) for axis in (2, 1)], axis=-1)
    sides, middles = last - first, (first + last) / 2
    if mass.std(0).sum() < middles.std(0).sum():
        fill = float(np.median(sides.max(1)) / size[0])
        return MassScanner(size, fill, mass.mean(0))
    return Scanner(size, float(np.median(sides[:, 0]) / size[0]))


def _ends(dark, across):
    """(first, last + 1) row of what is dark in each image (n, H, W), or column for across=1."""
    lines = dark.any(across)
    return lines.argmax(1), lines.shape[1] - lines[:, ::-1].argmax(1)


def _mass(images, across):
    """The row of each image's centre of mass, from 0 to H, or the column for across=1."""
    lines = images.sum(across)
    return lines @ (np.arange(lines.shape[1]) + 0.5) / lines.sum(1)
