"""The explorers of the way back, each by its own subject: the matrix C, what padding crops, who
wins a window. Every number is found here once more, by other code."""

import re

import numpy as np
import pytest

from cnnlib import ops, views
from cnnlib.views.explorers.max_pooling import MaxPooling
from cnnlib.views.words import index_of, name_of
from tests.views.cases import (
    cells,
    full,
    grids,
    input_gradient,
    make,
    number,
    pool,
    stories,
    stride_and_padding,
    whole,
    with_matrix,
)
from tests.views.hands import first_frame

seeds = pytest.mark.parametrize("seed", range(6))


def seen(explorer, key, name):
    """The cells of one array that a story looks at."""
    return [k for k in stories(explorer)[key]["seen"] if name_of(k) == name]


# ---- the matrix C


@seeds
def test_a_pixel_lights_its_column_of_the_matrix_and_a_delta_its_row(seed):
    explorer, _ = with_matrix(np.random.default_rng([seed, 5]))
    (grid,) = grids(explorer, "C")
    pixels, outs = (cells(name, explorer.numbers[name].shape) for name in ("grad_x", "delta"))
    deltas = dict(zip(outs, explorer.numbers["delta"].ravel(), strict=True))
    for n, (pixel, value) in enumerate(zip(pixels, explorer.numbers["grad_x"].flat, strict=True)):
        assert seen(explorer, pixel, "C") == [f"C:{m},{n}" for m in range(len(outs))]
        column = np.nan_to_num(grid.numbers[:, n])
        assert np.isclose(column @ list(deltas.values()), value)
    for m, out in enumerate(outs):
        assert seen(explorer, out, "C") == [f"C:{m},{n}" for n in range(len(pixels))]
        reached = {k for t in stories(explorer)[out]["terms"] for k in [terms(explorer)[t][0]]}
        row = [pixel for pixel, w in zip(pixels, grid.numbers[m], strict=True) if w == w]
        assert reached == set(row)


def terms(explorer):
    return explorer.scene["links"]["terms"]


def test_a_weight_of_the_matrix_is_lit_in_one_column_only():
    explorer = views.explore_input_gradient(np.eye(2), [[1, 2], [3, 4]], matrix=True)
    explorer.select("grad_x", 1, 1)
    frame = first_frame(explorer)
    matrix = frame[frame.index(">C</b>") :]
    lit = [row.count("outline:") for row in re.findall("<tr.*?</tr>", matrix)[1:5]]
    assert lit == [1, 1, 1, 1]


def test_without_the_matrix_no_place_of_it_is_named():
    explorer = views.explore_input_gradient(np.eye(2), np.eye(2))
    assert not any(seen(explorer, k, "C") for k in stories(explorer))


# ---- stride, padding, the remainder


@seeds
def test_what_is_cropped_is_written(seed):
    """In the border stand the numbers of grad_xp: eq. 2.1 on an input without padding."""
    explorer, _ = stride_and_padding(np.random.default_rng([seed, 6]))
    g, numbers = explorer._drawn.scene, explorer.numbers
    options = explorer._state.options
    (H, W), (p_v, p_h) = numbers["grad_x"].shape[-2:], options["padding"]
    size = H + 2 * p_v, W + 2 * p_h
    padded = ops.conv2d_grad_x(full(numbers["delta"]), full(numbers["w"]), size, options["stride"])[
        0
    ]
    shown = np.stack([grid.numbers for grid in grids(explorer, "grad_x")])
    assert np.allclose(shown, padded)
    cut = re.findall(r'<td data-cell="cut:(\d+),(\d+)"[^>]*>([^<]*)<', explorer.scene["html"])
    assert len(cut) == len(padded) * (size[0] * size[1] - H * W)
    told = [padded[:, int(y), int(z)] for y, z, _ in cut]
    for values, (_, _, text) in zip(told, cut, strict=True):
        assert text in [number(v) for v in values]
    assert g.title.startswith("What do stride and padding")


@seeds
def test_a_delta_lights_the_places_where_its_products_are_dropped(seed):
    explorer, _ = stride_and_padding(np.random.default_rng([seed, 6]))
    options, numbers = explorer._state.options, explorer.numbers
    (s_v, s_h), (p_v, p_h) = options["stride"], options["padding"]
    (H, W), K = numbers["grad_x"].shape[-2:], numbers["w"].shape[-2:]
    for k in cells("delta", numbers["delta"].shape):
        i, j = index_of(k)[-2:]
        reach = [(i * s_v + u, j * s_h + v) for u, v in np.ndindex(*K)]

        def inside(y, z, rows=range(p_v, p_v + H), columns=range(p_h, p_h + W)):
            return y in rows and z in columns

        expected = [f"cut:{y},{z}" for y, z in reach if not inside(y, z)]
        assert seen(explorer, k, "cut") == expected


@pytest.mark.parametrize(
    "size, stride, padding, words, above, below",
    [
        (6, 2, 0, "zeros: 2 above, B + r = 3 below, 1 beside, 1 between rows", 2, 3),
        (5, 3, 1, "zeros: 1 above, B + r = 2 below, 1 beside, 2 between rows", 1, 2),
        (8, 3, 3, "B + r = 1 below, 1 beside, 2 between rows\ncropped: 1 above", -1, 1),
        (7, 3, 3, "zeros: 1 beside, 2 between rows\ncropped: 1 above", -1, 0),
        (8, 2, 4, "beside, 1 between rows\ncropped: 2 above, B + r = −1 below", -2, -1),
        (7, 2, 0, "zeros: 2 above and below, 1 beside, 1 between rows", 2, 2),
    ],
)
def test_the_caption_says_that_the_remainder_widens_the_border_below(
    size, stride, padding, words, above, below
):
    count = (size + 2 * padding - 3) // stride + 1
    delta = np.ones((count, 1))
    explorer = views.explore_stride_and_padding(
        delta, np.ones((3, 2)), (size, 2), (stride, 1), (padding, 0)
    )
    (grid,) = grids(explorer, "delta_wide")
    assert grid.note.endswith(words)
    assert grid.numbers.shape[0] == (count - 1) * stride + 1 + above + below
    assert grid.rows == tuple(range(-above, (count - 1) * stride + 1 + below))


@pytest.mark.parametrize("stride, words", [((2, 2), "1 between"), ((1, 3), "2 between columns")])
def test_the_caption_says_how_many_zeros_stand_between_the_deltas(stride, words):
    explorer = views.explore_stride_and_padding(np.ones((2, 2)), np.ones((2, 2)), stride=stride)
    (grid,) = grids(explorer, "delta_wide")
    assert grid.note == f"zeros: 1 around, {words}"


@pytest.mark.parametrize("case", [input_gradient, stride_and_padding])
@seeds
def test_the_turned_kernel_is_drawn_where_it_lies_on_the_spread_deltas(case, seed):
    """Its numbers, read off the page, times the numbers under them, add up to the pixel."""
    explorer = make(case, seed)
    w = explorer.numbers["w"]
    w = w.reshape((1,) * (4 - w.ndim) + w.shape)
    wide = grids(explorer, "delta_wide")
    pixels = cells("grad_x", explorer.numbers["grad_x"].shape)
    for k, story in ((k, stories(explorer)[k]) for k in pixels):
        channel, badges = (0, *index_of(k))[-3], dict(story["laid"])
        column, texts = story.get("badge", (1, []))
        badges |= {terms(explorer)[t][column]: x for t, x in zip(story["terms"], texts)}
        met = 0
        for grid, kernels in zip(wide, w, strict=True):
            shown = [badges[key][1:] for key in grid.keys.ravel() if key in badges]
            turned = [number(v) for v in kernels[channel, ::-1, ::-1].ravel()]
            assert shown == turned
            met += len(shown)
        assert met == len(badges) == w[:, 0].size


# ---- mean pooling


def test_no_line_of_the_way_back_is_at_work_on_the_way_forward():
    explorer = views.explore_mean_pooling(np.eye(4), size=2, stride=2)
    for k, story in stories(explorer).items():
        assert (story["line"] == -1) == (name_of(k) in ("x", "out"))


# ---- max pooling


def ties_of(seed, ties):
    """(explorer, window, stride) of a pool on few different numbers."""
    rng = np.random.default_rng([seed, 8])
    K, s, size, grad_out = pool(rng)
    x = rng.integers(0, 3, size).astype(float)
    return views.explore_max_pooling(x, grad_out, K, s, ties), K, s


@seeds
@pytest.mark.parametrize("ties", MaxPooling.rules)
def test_each_rule_for_a_tie_pays_as_it_says(seed, ties):
    explorer, K, s = ties_of(seed, ties)
    n = explorer.numbers
    expected = np.zeros_like(n["x"])
    for i, j in np.ndindex(n["out"].shape):
        here = slice(i * s[0], i * s[0] + K[0]), slice(j * s[1], j * s[1] + K[1])
        won = n["x"][here] == n["x"][here].max()
        if ties == "first":
            won = won & (np.cumsum(won).reshape(won.shape) == 1)
        expected[here] += won * n["grad_out"][i, j] / (won.sum() if ties == "split" else 1)
    assert np.allclose(n["grad_x"], expected)


@pytest.mark.parametrize(
    "ties, line",
    [
        ("first", "grad_x[c, i * s_v + u, j * s_h + v] += grad_out[c, i, j]"),
        ("all", "grad_x[y, z] += grad_out[i, j]"),
        ("split", "grad_x[y, z] += grad_out[i, j] / tied[i, j]"),
    ],
)
def test_the_code_follows_the_rule_for_ties(ties, line):
    explorer = views.explore_max_pooling(np.ones((3, 3)))
    explorer.set(ties=ties)
    code = explorer._scene.code
    assert code[-1].strip() == line
    assert any("winners" in text for text in code) == (ties == "first")
    assert any("== out[i, j]" in text for text in code) == (ties != "first")
    assert {stories(explorer)[k]["line"] for k in cells("grad_x", (3, 3))} == {len(code) - 1}


@seeds
@pytest.mark.parametrize("ties", MaxPooling.rules)
def test_what_arrives_lights_its_window_and_says_why_it_goes_there(seed, ties):
    explorer, K, s = ties_of(seed, ties)
    n = explorer.numbers
    for k in cells("grad_out", n["grad_out"].shape):
        i, j = index_of(k)
        top, left = i * s[0], j * s[1]
        window = [(top + u, left + v) for u, v in np.ndindex(*K)]
        assert stories(explorer)[k]["seen"] == [f"x:{y},{z}" for y, z in window]
        largest = max(n["x"][place] for place in window)
        say = stories(explorer)[k]["say"]
        assert say.endswith(f": {number(largest)} is the largest of its window.")
        named = [tuple(map(int, at)) for at in re.findall(r"grad_x\[(\d+),(\d+)\]", say)]
        tied = [place for place in window if n["x"][place] == largest]
        assert named == (tied[:1] if ties == "first" else tied)


# ---- what known slips give


@seeds
def test_slips_of_the_input_gradient_by_other_code(seed):
    """As the slips are told: the kernel unturned, or turned on one axis, slides over delta."""
    rng = np.random.default_rng(seed)
    delta, w = whole(rng, 2, 4, 3), whole(rng, 2, 2, 3, 2)
    wrong = views.explore_input_gradient(delta, w)._scene.wrong()
    wide = np.pad(delta, ((0, 0), (2, 2), (1, 1)))

    def gathered(kernels):
        windows = np.lib.stride_tricks.sliding_window_view(wide, (3, 2), (1, 2))
        return np.einsum("fyxuv,fcuv->cyx", windows, kernels)

    assert np.allclose(wrong["the kernel is not rotated when gathering"], gathered(w))
    one_axis = [gathered(w[:, :, ::-1]), gathered(w[..., ::-1])]
    found = wrong["the kernel is flipped on one axis only"]
    assert any(np.allclose(found, a) for a in one_axis)


@seeds
def test_slips_of_stride_and_padding_by_other_code(seed):
    explorer, _ = stride_and_padding(np.random.default_rng([seed, 9]))
    wrong, n = explorer._scene.wrong(), explorer.numbers
    (H, W), options = n["grad_x"].shape[-2:], explorer._state.options
    (s_v, s_h), (p_v, p_h) = options["stride"], options["padding"]
    delta, w = full(n["delta"])[0], full(n["w"])

    def scattered(kernels, top, left):
        sent = np.zeros((kernels.shape[1], H + 2 * p_v, W + 2 * p_h))
        for f, i, j in np.ndindex(delta.shape):
            here = slice(i * s_v, i * s_v + w.shape[2]), slice(j * s_h, j * s_h + w.shape[3])
            sent[:, *here] += delta[f, i, j] * kernels[f]
        return sent[:, top : top + H, left : left + W].reshape(n["grad_x"].shape)

    assert np.allclose(n["grad_x"], scattered(w, p_v, p_h))
    assert np.allclose(wrong["the padding is not cropped"], scattered(w, 0, 0))
    turned = scattered(w[..., ::-1, ::-1], p_v, p_h)
    assert np.allclose(wrong["the kernel is not rotated"], turned)


@seeds
def test_slips_of_max_pooling_by_other_code(seed):
    explorer, K, s = ties_of(seed, "first")
    n, wrong = explorer.numbers, explorer._scene.wrong()
    every, last = np.zeros_like(n["x"]), np.zeros_like(n["x"])
    for i, j in np.ndindex(n["out"].shape):
        here = slice(i * s[0], i * s[0] + K[0]), slice(j * s[1], j * s[1] + K[1])
        every[here] += n["grad_out"][i, j]
        u, v = np.unravel_index(np.argmax(n["x"][here]), K)
        last[i * s[0] + u, j * s[1] + v] = n["grad_out"][i, j]
    assert np.allclose(wrong["every cell of a window gets its error"], every)
    shared = wrong["every cell of a window gets an equal part, as in mean pooling"]
    assert np.allclose(shared, every / (K[0] * K[1]))
    assert (wrong["the number of x is taken, not the errors that it gets"] == n["x"]).all()
    assert np.allclose(wrong["the last window overwrites instead of adding"], last)


def test_one_question_asked_again_says_with_which_steps():
    x, delta = np.ones((5, 5)), np.ones((3, 3))
    titles = [
        views.explore_kernel_gradient(x, delta, **sizes)._scene.title
        for sizes in ({}, {"stride": 2, "padding": 1, "kernel_size": 3}, {"padding": 1})
    ]
    assert [title.partition("loss")[2] for title in titles] == [
        "?",
        ", with stride 2 and padding 1?",
        ", with padding 1?",
    ]
