"""The scanner: strokes become an image as those of a data set are."""

import time

import numpy as np
import pytest

from benchmarks import drawings
from cnnlib import datasets
from cnnlib.views.explorers import scanner
from cnnlib.views.explorers.scanner import MassScanner, Paper, Scanner, scanner_like

STROKES = {
    0: [[(4, 16), (8, 10), (16, 8), (24, 10), (28, 16), (24, 22), (16, 24), (8, 22), (4, 16)]],
    1: [[(8, 12), (4, 17), (28, 17)]],
    2: [[(9, 9), (5, 13), (5, 19), (9, 22), (14, 20), (27, 8), (27, 24)]],
    3: [[(5, 9), (4, 16), (8, 21), (13, 19), (15, 14), (18, 20), (24, 22), (28, 16), (26, 9)]],
    4: [[(4, 14), (18, 8), (18, 24)], [(10, 20), (29, 18)]],
    5: [[(4, 23), (4, 10), (14, 10), (13, 18), (18, 23), (25, 21), (28, 14), (26, 9)]],
    6: [[(4, 19), (12, 11), (22, 9), (28, 14), (27, 20), (22, 22), (18, 18), (20, 11)]],
    7: [[(5, 8), (5, 23), (16, 17), (28, 13)], [(16, 11), (16, 22)]],
    8: [[(15, 16), (9, 10), (4, 16), (9, 22), (15, 16), (22, 9), (28, 16), (22, 23), (15, 16)]],
    9: [[(12, 22), (15, 15), (11, 10), (5, 14), (5, 20), (12, 22), (20, 21), (28, 16)]],
}
MIDDLE = 14.5  # of MNIST's images, both ways: the middle of pixel 14


@pytest.fixture(scope="module")
def mnist():
    return datasets.mnist_small().train_x


@pytest.fixture(scope="module")
def like_mnist(mnist):
    return scanner_like(mnist[:50])


def mass(image):
    """The centre of mass (row, column) of an image."""
    places = np.indices(image.shape) + 0.5
    return (places * image).sum((1, 2)) / image.sum()


def sides(image):
    """How many rows and columns have ink."""
    return [int(np.ptp(np.flatnonzero(image.any(axis)))) + 1 for axis in (1, 0)]


def moved(strokes, scale, at):
    """The strokes made smaller, their corner moved."""
    return [[(at[0] + scale * y, at[1] + scale * x) for y, x in stroke] for stroke in strokes]


# ---- as MNIST was made


def test_images_tell_how_they_were_made(mnist, like_mnist):
    assert type(like_mnist) is MassScanner and like_mnist.size == (28, 28)
    assert like_mnist.box.tolist() == [80, 80]  # 20 pixels of four dots
    assert np.abs(like_mnist.centre / 4 - MIDDLE).max() < 0.1
    assert type(scanner_like(mnist[:20])) is type(scanner_like(mnist)) is MassScanner
    like_scans = scanner_like(datasets.digits().test_x[:50])
    assert type(like_scans) is Scanner and like_scans.size == (8, 8)
    assert like_scans.box.tolist() == [32, 26] and like_scans.pen == 2.8


@pytest.mark.parametrize("style", drawings.STYLES)
@pytest.mark.parametrize("digit", range(10))
def test_the_centre_of_mass_is_where_mnist_has_it(like_mnist, digit, style):
    image = like_mnist.scan(drawings.strokes(digit, style, np.random.default_rng(digit)))
    assert image.shape == (28, 28) and image.min() == 0 and image.max() == 1
    assert np.abs(mass(image) - MIDDLE).max() <= 0.5
    assert max(sides(image)) in (20, 21)  # a box between pixels meets one more
    assert len(np.unique(image)) > 3  # grey edges


@pytest.mark.parametrize("digit", STROKES)
def test_the_box_of_a_digit_is_20_pixels_of_four_dots(like_mnist, digit, monkeypatch):
    inks = []
    monkeypatch.setattr(like_mnist, "placed", lambda ink: inks.append(ink) or ink)
    like_mnist.scan(STROKES[digit])
    assert 79 <= max(sides(inks[0])) <= 81


def test_the_shape_of_a_drawing_stays(like_mnist):
    high = sides(like_mnist.scan([[(2, 2), (2, 12), (22, 12), (22, 2), (2, 2)]]))
    wide = sides(like_mnist.scan([[(2, 2), (12, 2), (12, 22), (2, 22), (2, 2)]]))
    assert high == wide[::-1] and high[0] >= 20 and high[1] in (11, 12)


def test_the_pen_is_as_thick_as_mnists(mnist, like_mnist):
    rng = np.random.default_rng(0)
    drawn = [like_mnist.scan(drawings.strokes(k, "normal", rng)) for k in [*range(10)] * 10]
    assert abs(np.mean(drawn) / mnist.mean() - 1) < 0.1


@pytest.mark.parametrize("at", [(0, 0), (0, 26), (26, 0), (21, 22)])
@pytest.mark.parametrize("digit", STROKES)
def test_a_tiny_drawing_in_a_corner_gives_the_same_image(like_mnist, digit, at):
    large = like_mnist.scan(STROKES[digit])
    small = like_mnist.scan(moved(STROKES[digit], 0.2, at))
    assert np.allclose(small, large, atol=1 / 16) and np.mean(small != large) < 0.02


def test_a_dot_stays_small_and_a_line_becomes_long(like_mnist):
    dot = like_mnist.scan([[(3, 3)]])
    assert 0 < dot.sum() < 8 and np.abs(mass(dot) - MIDDLE).max() <= 0.5
    assert np.array_equal(
        like_mnist.scan([[(30, 9), (30, 9)]]), dot
    )  # and so a stroke of no length
    assert sides(like_mnist.scan([[(3, 3), (9, 3)]])) in ([20, 3], [20, 4], [21, 3], [21, 4])
    assert sides(like_mnist.scan([[(3, 3), (3, 9)]]))[1] in (20, 21)


def test_no_ink_leaves_the_image(like_mnist):
    heavy = [[(y, x) for x in (0, 3)] for y in np.linspace(0, 3, 12)]  # a blot with a long tail
    image = like_mnist.scan([*heavy, [(0, 0), (30, 0)]])
    assert max(sides(image)) in (20, 21) and mass(image)[0] < MIDDLE
    assert image[0].any() + image[-1].any() <= 1


def test_strokes_beyond_the_pad_are_scanned_as_any_other(like_mnist):
    far = moved(STROKES[5], 100, (-5000, 700))
    assert np.allclose(like_mnist.scan(far), like_mnist.scan(STROKES[5]), atol=1 / 16)


@pytest.mark.parametrize("make", [lambda: scanner_like(np.zeros((2, 1, 9, 7))), Scanner])
def test_typical_images_without_ink_are_no_hindrance(make):
    made = make()
    assert made.scan(STROKES[1]).shape == made.size


def test_a_scanner_follows_the_pen(like_mnist):
    rng = np.random.default_rng(0)
    scribble = [(x, y) for x, y in 16 + np.cumsum(rng.integers(-1, 2, (400, 2)), 0)]
    took = []
    for count in range(350, 400):
        start = time.perf_counter()
        like_mnist.scan([scribble[:count]])
        took.append(time.perf_counter() - start)
    assert np.median(took) < 0.03


# ---- as the scans of 8x8 were made


def test_size_and_place_of_the_drawing_do_not_matter():
    big = Scanner().scan(STROKES[5])
    assert np.allclose(Scanner().scan(moved(STROKES[5], 1 / 3, (2, 15))), big, atol=1 / 16)


def test_a_drawing_looks_like_the_data():
    drawn = np.stack([Scanner().scan(s) for s in STROKES.values()])
    assert drawn.shape == (10, 8, 8) and drawn.min() >= 0 and drawn.max() == 1
    assert np.allclose(drawn * 16 % 1, 0)
    top, bottom = drawn[:, 0].max(1), drawn[:, -1].max(1)
    assert (top > 0).all() and (bottom > 0).all()  # full height, as every scan
    assert abs(drawn.mean() - datasets.digits().train_x.mean()) < 0.05


def test_a_dot_and_a_dash_are_not_blown_up():
    dot = Scanner().scan([[(3, 3)]])
    assert dot[3:5, 3:5].min() > 0 and dot[:2].max() == 0 and dot.sum() < 4
    dash = Scanner().scan([[(3, 3), (4, 3)]])
    assert dash[:1].max() == 0 and dash[-1:].max() == 0


# ---- ink


@pytest.mark.parametrize("digit", STROKES)
def test_kept_ink_is_the_ink_of_all_pieces(digit):
    paper = Paper(2.8, (32, 32))
    drawn: list = []
    for stroke in STROKES[digit]:
        drawn.append([])
        for point in stroke:
            drawn[-1].append(point)
            paper.ink(drawn)
    fresh = Paper(2.8, (32, 32)).ink(drawn)
    assert np.array_equal(paper.ink(drawn), fresh) and 0 < fresh.sum() < fresh.size
    assert np.array_equal(paper.ink(drawn[:1][:1]), Paper(2.8, (32, 32)).ink(drawn[:1]))
    assert paper.ink([]).max() == 0


def test_of_a_stroke_that_goes_on_only_the_new_is_drawn(monkeypatch):
    pieces, real = [], scanner.draw
    monkeypatch.setattr(scanner, "draw", lambda *args: pieces.append(args[1]) or real(*args))
    paper, stroke = Paper(1.5, (32, 32)), [(k % 32, k % 30) for k in range(300)]
    paper.ink([stroke[:-1]])
    pieces.clear()
    paper.ink([stroke])
    assert np.array_equal(pieces, [stroke[-2:]])


@pytest.mark.parametrize("end", [(10, 8), (3, 15), (17, 1), (-9, 8), (40, 30)])
def test_a_dot_is_within_the_pen_of_its_piece(end):
    ink = Paper(3, (20, 16)).ink([[(10, 8), end]])
    y, x = np.indices((20, 16)) + 0.5
    along = np.linspace(0, 1, 2001)
    nearest = np.min(
        [(y - 10 - t * (end[0] - 10)) ** 2 + (x - 8 - t * (end[1] - 8)) ** 2 for t in along], 0
    )
    sure = np.abs(nearest - 9) > 0.02
    assert np.array_equal(ink[sure], (nearest <= 9)[sure])


def test_a_piece_outside_of_the_paper_leaves_no_ink():
    assert Paper(3, (20, 16)).ink([[(-9, 3), (-5, 3)], [(25, 9), (26, 99)]]).max() == 0
