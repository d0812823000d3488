"""augmentation: moved and bent copies of images to train with (level 0)."""

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import array, generator, unmasked, whole

TURN = np.radians(12)  # the largest angle of a copy
SHEAR = 0.25  # columns that a row is moved, for each row above or below the middle
GROW = 0.15  # the largest change of width and of height
MOVE = 1.5  # the largest shift, in pixels
STROKE = 0.7  # the largest part that a stroke's neighbour gives: thicker, or thinner
TOGETHER = 512  # images that are sampled at once: more do not fit into the processor's cache


def shifted(images: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The images (N, C, H, W) and eight copies of them, with the labels to match. For training
    images only.

    One pixel up, down, left, right; then half a pixel each way: the mean of the image and that
    copy. What leaves the image is dropped, what enters is 0. Returns (9N, C, H, W) and (9N,), all
    images of one kind after another. Raises ValueError for images without four axes and for labels
    that differ from them in number.
    """
    x, y = _pairs(images, labels)
    H, W = x.shape[2:]
    padded = _framed(x)
    whole = [padded[:, :, i : i + H, j : j + W] for i, j in ((2, 1), (0, 1), (1, 2), (1, 0))]
    halves = [(x + copy) / 2 for copy in whole]
    return np.concatenate([x, *whole, *halves]), np.tile(y, 9)


def warped(
    images: ArrayLike, labels: ArrayLike, *, copies: int = 4, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The images (N, C, H, W) and `copies` warped copies of each, with the labels to match. For
    training images only.

    Each copy has its own turn (up to 12 degrees), shear, width, height, shift and thickness of
    strokes, drawn evenly from `rng`; its pixels lie between those of the image (bilinear), and what
    comes from outside is 0. Returns ((1 + copies) N, C, H, W) and the labels, all images first, in
    the images' number type (whole numbers become float64). Raises ValueError or TypeError as
    `shifted`, for a number of copies below 0 and for what is no generator.
    """
    x, y = _pairs(images, labels)
    copies, rng = whole(copies, "copies", 0), generator(rng)
    if x.dtype.kind != "f":
        x = x.astype(float)
    blocks = [x[n : n + TOGETHER] for n in range(0, len(x), TOGETHER)] * copies
    bent = [_warp(_strokes(block, rng), rng) for block in blocks]
    return np.concatenate([x, *bent]), np.tile(y, 1 + copies)


def _pairs(images: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels that fit each other."""
    images, labels = array(images, "images", "(N, C, H, W)"), unmasked(labels, "labels")
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"labels has shape {labels.shape}, wanted {images.shape[:1]}: one label for each image"
        )
    return images, labels


def _framed(images):
    """The images with a frame of zeros, one pixel wide."""
    return np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))


def _strokes(images, rng):
    """The images with thicker or thinner strokes: a part of each pixel is the largest, or the
    smallest, of it and its four neighbours."""
    H, W = images.shape[2:]
    framed = _framed(images)
    near = [framed[:, :, i : i + H, j : j + W] for i, j in ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2))]
    part = rng.uniform(-STROKE, STROKE, (len(images), 1, 1, 1)).astype(images.dtype)
    other = np.where(part > 0, np.maximum.reduce(near), np.minimum.reduce(near))
    return images + np.abs(part) * (other - images)


def _warp(images, rng):
    """Each image turned, sheared, scaled and moved by amounts of its own, about its middle."""
    N, _, H, W = images.shape
    middle = (np.array([H, W]) - 1)[:, None] / 2
    out = np.indices((H, W)).reshape(2, -1) - middle  # (2, H W)
    matrix = _matrices(rng, N)
    move = rng.uniform(-MOVE, MOVE, (N, 2, 1))
    return _sampled(images, (matrix @ out + middle + move).astype(images.dtype))


def _matrices(rng, N):
    """(N, 2, 2): from the (row, column) of a copy, seen from its middle, to that of the image."""
    angle, shear = rng.uniform(-TURN, TURN, N), rng.uniform(-SHEAR, SHEAR, N)
    height, width = 1 + rng.uniform(-GROW, GROW, (2, N))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bend = np.array([[1 / height, np.zeros(N)], [shear, 1 / width]])
    return np.einsum("ijn,jkn->nik", turn, bend)


def _sampled(images, places):
    """The images at places (N, 2, H W) between their pixels, bilinearly; 0 outside."""
    N, C, H, W = images.shape
    framed = _framed(images).reshape(N, C, -1)
    last = np.array([[H], [W]], places.dtype)
    places = np.clip(places + 1, 0, last + 1)  # in the frame
    corner = np.minimum(np.floor(places), last)
    down, right = (places - corner).transpose(1, 0, 2)
    low, left = corner.astype(int).transpose(1, 0, 2)
    at = low * (W + 2) + left
    parts = {
        0: (1 - down) * (1 - right),
        1: (1 - down) * right,
        W + 2: down * (1 - right),
        W + 3: down * right,
    }
    out = np.zeros((N, C, H * W), images.dtype)
    for step, part in parts.items():
        out += part[:, None] * np.take_along_axis(framed, (at + step)[:, None], 2)
    return out.reshape(images.shape)
