"""The explorer of columns: every copy stands where eq. 9.5 says, and W X is the convolution."""

import re

import numpy as np
import pytest

from cnnlib import ops, reference, views
from cnnlib.views.words import index_of, name_of
from tests.views.cases import carried, columns, full, grids, key, stories

seeds = pytest.mark.parametrize("seed", range(8))


def made(seed):
    """(explorer, x, w, stride, padding) with all axes, of a random case."""
    explorer, _ = columns(np.random.default_rng([seed, 31]))
    n, options = explorer.numbers, explorer._state.options
    return explorer, full(n["x"])[0], full(n["w"]), options["stride"], options["padding"]


@seeds
def test_the_product_is_the_convolution_of_the_reference(seed):
    explorer, x, w, s, p = made(seed)
    net = reference.conv2d(x, w, np.zeros(len(w)), s, p)
    assert np.allclose(explorer.numbers["net"], net.reshape(len(w), -1), rtol=0, atol=1e-12)
    assert np.allclose(ops.conv2d(x[None], w, np.zeros(len(w)), s, p)[0], net)


@seeds
def test_every_place_holds_what_the_equation_says(seed):
    """Eq. 9.5, index by index, on the padded input."""
    explorer, x, w, s, p = made(seed)
    _, C, K_H, K_W = w.shape
    xp = np.pad(x, ((0, 0), (p[0], p[0]), (p[1], p[1])))
    X = explorer.numbers["columns"]
    across = (xp.shape[2] - K_W) // s[1] + 1
    for k, m in np.ndindex(X.shape):
        (c, u, v), (i, j) = np.unravel_index(k, (C, K_H, K_W)), divmod(m, across)
        y, z = i * s[0] + u, j * s[1] + v
        assert X[k, m] == xp[c, y, z]
        source = carried(explorer, f"columns:{k},{m}") - {f"net:{f},{m}" for f in range(len(w))}
        y, z = y - p[0], z - p[1]
        inside = 0 <= y < x.shape[1] and 0 <= z < x.shape[2]
        assert {index_of(cell)[-2:] for cell in source} == ({(y, z)} if inside else set())
        say = stories(explorer)[f"columns:{k},{m}"]["say"]
        cell = f"({u},{v})" if C == 1 else f"({c},{u},{v})"
        assert f"kernel cell {cell}" in say and f"window ({i},{j})" in say
        assert say.endswith(" lies on the padding.") == (not inside)


@seeds
def test_a_cell_lights_all_its_copies_and_counts_them(seed):
    explorer, x, *_ = made(seed)
    shape = explorer.numbers["x"].shape
    for value, place in enumerate(np.ndindex(shape), 1):  # so that a number tells its cell
        explorer.edit("x", *place, value)
    X = explorer.numbers["columns"]
    for value, place in enumerate(np.ndindex(shape), 1):
        copies = {f"columns:{k},{m}" for k, m in np.argwhere(X == value)}
        assert carried(explorer, key("x", place)) == copies
        say = stories(explorer)[key("x", place)]["say"]
        found = re.search(r"columns has (\d+) cop(?:y|ies) of it", say)
        assert int(found[1]) == len(copies) if copies else "columns has no copy of it" in say


@seeds
def test_a_number_of_the_product_is_a_row_times_a_column(seed):
    explorer, x, w, s, p = made(seed)
    rows, X = w.reshape(len(w), -1), explorer.numbers["columns"]
    for f, m in np.ndindex(explorer.numbers["net"].shape):
        told = stories(explorer)[f"net:{f},{m}"]
        terms = [explorer.scene["links"]["terms"][t] for t in told["terms"]]
        total = 0
        for _, copy, weight in terms:
            k, column = index_of(copy)
            assert column == m and name_of(copy) == "columns"
            assert explorer.numbers["w"][index_of(weight)] == rows[f, k]
            total += X[k, m] * rows[f, k]
        assert np.isclose(total, rows[f] @ X[:, m])
        said = f"row {f} of w times column {m} of columns, the window ("
        assert said in told["say"] and f"{len(terms)} product" in told["say"]
        assert sum(name_of(cell) == "x" for cell in told["seen"]) == len(terms)


def test_rows_and_columns_are_named_by_kernel_cell_and_window():
    explorer = views.explore_columns(np.arange(12.0).reshape(3, 4), np.eye(2), stride=(1, 2))
    (grid,), (kernels,), (net,) = (grids(explorer, name) for name in ("columns", "w", "net"))
    assert grid.rows == kernels.columns == ("0,0", "0,1", "1,0", "1,1")
    assert grid.columns == net.columns == ("0,0", "0,1", "1,0", "1,1")
    assert grid.numbers.tolist() == [[0, 2, 4, 6], [1, 3, 5, 7], [4, 6, 8, 10], [5, 7, 9, 11]]


def test_the_line_of_code_is_that_of_the_equation():
    explorer = views.explore_columns(np.eye(3), np.eye(2))
    code = [line.strip() for line in explorer._scene.code]
    for cell, line in {
        "columns:0,0": "columns[k, m] = xp[c, i * s_v + u, j * s_h + v]",
        "x:1,1": "columns[k, m] = xp[c, i * s_v + u, j * s_h + v]",
        "net:0,0": "net[f, m] += kernels[f, k] * columns[k, m]",
    }.items():
        assert code[stories(explorer)[cell]["line"]] == line


def slips_of(x, w, s, p, out):
    """{slip: the matrix that it gives}, cell by cell."""
    _, C, K_H, K_W = w.shape
    (s_v, s_h), xp = s, np.pad(x, ((0, 0), (p[0], p[0]), (p[1], p[1])))

    def matrix(cell, rows=(C, K_H, K_W), columns=out):
        return np.array([[cell(*r, *m) for m in np.ndindex(*columns)] for r in np.ndindex(*rows)])

    def at(image, y, z):
        """A cell, or 0 beyond the lower and the right border."""
        return image[y, z] if y < image.shape[0] and z < image.shape[1] else 0.0

    windows = np.ndindex(C, *out, K_H, K_W)
    jumbled = [xp[c, i * s_v + u, j * s_h + v] for c, i, j, u, v in windows]
    return {
        "the kernel cells are taken column by column": matrix(
            lambda c, v, u, i, j: xp[c, i * s_v + u, j * s_h + v], rows=(C, K_W, K_H)
        ),
        "the windows are taken column by column": matrix(
            lambda c, u, v, j, i: xp[c, i * s_v + u, j * s_h + v], columns=out[::-1]
        ),
        "the kernel is rotated": matrix(
            lambda c, u, v, i, j: xp[c, i * s_v + K_H - 1 - u, j * s_h + K_W - 1 - v]
        ),
        "the padding is forgotten": matrix(
            lambda c, u, v, i, j: at(x[c], i * s_v + u, j * s_h + v)
        ),
        "the stride is forgotten": matrix(lambda c, u, v, i, j: xp[c, i + u, j + v]),
        "the windows are reshaped before their axes are in order": np.reshape(
            jumbled, (C * K_H * K_W, -1)
        ),
    }


@seeds
def test_slips_are_what_they_say(seed):
    explorer, x, w, s, p = made(seed)
    net = reference.conv2d(x, w, np.zeros(len(w)), s, p)
    expected, wrong = slips_of(x, w, s, p, net.shape[1:]), explorer._scene.wrong()
    assert set(wrong) == set(expected)
    for name, matrix in expected.items():
        assert np.array_equal(wrong[name], matrix), name


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="x has 2 channels, w expects 1"):
        views.explore_columns(np.ones((2, 3, 3)), np.eye(2))
    with pytest.raises(ValueError, match="products are too many"):
        views.explore_columns(np.ones((30, 30)), np.ones((5, 5)))


def test_slips_of_the_copied_cell_are_what_they_say():
    x, w = np.ones((6, 7)), np.ones((3, 2))
    explorer = views.explore_columns(x, w, stride=(2, 1), padding=(1, 0))
    tale = explorer._drawn.tale
    slips = {}
    u, v, i, j = 2, 1, 1, 2
    m = i * 6 + j
    for slip, cells in tale.wrong_cells(f"columns:{u * 2 + v},{m}"):
        slips.setdefault(slip, cells)
    assert tale.taking_part(f"columns:{u * 2 + v},{m}") == {f"x:{i * 2 + u - 1},{j + v}"}
    expected = {
        "the stride is forgotten": (i + u - 1, j + v),
        "the padding is forgotten": (i * 2 + u, j + v),
        "only the window is looked at, not the kernel cell": (i, j),
        "only the kernel cell is looked at, not the window": (u, v),
        "the kernel cells are taken column by column": (i * 2 + v - 1, j + u),
    }
    for slip, (y, z) in expected.items():
        assert slips[slip] == {f"x:{y},{z}"}, slip
    window = {f"x:{i * 2 + a - 1},{j + b}" for a, b in np.ndindex(3, 2)}
    assert slips["the whole window is taken for one of its cells"] == window
