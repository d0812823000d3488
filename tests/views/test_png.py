"""png: what another reader of PNG finds in the bytes, and that they are ours alone."""

import io
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from cnnlib.views.png import LONGEST, png

GREYS = np.stack([np.arange(256)] * 3 + [np.full(256, 255)], 1).astype(np.uint8)


def read(pixels, tall=1, wide=1):
    """The picture that Pillow reads, and what it should be."""
    image = Image.open(io.BytesIO(png(pixels, GREYS, tall, wide)))
    image.load()
    return image, pixels.repeat(tall, 0).repeat(wide, 1)


@given(
    arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12)),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_the_png_holds_exactly_the_pixels(pixels, tall, wide):
    image, wanted = read(pixels, tall, wide)
    assert image.mode == "P" and np.array_equal(np.asarray(image), wanted)
    assert image.info["transparency"] == 0


@given(arrays(np.uint8, (3, 30), elements=st.sampled_from([0, 1, 143, 144, 255])))
def test_every_byte_has_its_code(pixels):
    image, wanted = read(pixels, 2)
    assert np.array_equal(np.asarray(image), wanted)


def test_colours_are_those_of_the_table():
    table = np.random.default_rng(0).integers(0, 256, (256, 3), dtype=np.uint8)
    image = Image.open(io.BytesIO(png(np.arange(256, dtype=np.uint8)[None], table)))
    assert np.array_equal(np.asarray(image.convert("RGB"))[0], table)


@pytest.mark.parametrize("size, zoom", [((3, 700), 9), ((1, 1), 1), ((40, 33), 8), ((2, 400), 1)])
def test_large_pictures_and_long_runs_survive(size, zoom):
    noise = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
    for pixels in (np.zeros(size, np.uint8), noise):
        image, wanted = read(pixels, zoom, zoom)
        assert np.array_equal(np.asarray(image), wanted)


@pytest.mark.parametrize("wide", [1, 3])
def test_runs_of_every_length_survive(wide):
    near = range(LONGEST - 7, LONGEST + 8)
    for length in [*range(1, 40), *near, *range(510, 525), 772]:
        pixels = np.pad(np.full((2, length), 7, np.uint8), ((0, 0), (0, 1)), constant_values=9)
        image, wanted = read(pixels, 2, wide)
        assert np.array_equal(np.asarray(image), wanted)


def test_the_bytes_of_a_picture_are_ours_alone(monkeypatch):
    monkeypatch.setattr(zlib, "compress", None)
    monkeypatch.setattr(zlib, "compressobj", None)
    assert len(png(np.zeros((64, 64), np.uint8), GREYS, 4)) < 3000
