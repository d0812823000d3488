"""geometry: output sizes, borders and the index map, counted by hand and by walking a window over
the image."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib import reference
from cnnlib.geometry import Geometry, index_map, inside, output_size

# input size, kernel size, stride, padding, dilation
axis = st.tuples(
    st.integers(1, 9), st.integers(1, 5), st.integers(1, 4), st.integers(0, 6), st.integers(1, 4)
)


def places(n, k, s, p, d):
    """The cells of each window of one axis, counted by walking; cells below 0 are padding."""
    windows = [[i + u * d for u in range(k)] for i in range(-p, n + p, s)]
    return [cells for cells in windows if cells[-1] < n + p]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((5, 3), (3, 3)),
        ((5, 3, 2, 1), (3, 3)),
        ((4, 2, 1), (3, 3)),
        ((6, 3, 2), (2, 2)),
        ((1, 1), (1, 1)),
        (((7, 5), (3, 2), 2, 1), (4, 3)),
        (((8, 6), (3, 2), 2, 0), (3, 3)),
        (((2, 3), (4, 1), (1, 3), (1, 0)), (1, 1)),
        ((np.int64(5), 3, np.int32(2), [1, 0]), (3, 2)),
        ((5, 3, 1, 0, 2), (1, 1)),
        (((9, 6), (3, 2), 2, 1, (3, 4)), (3, 2)),
        ((5, 3, np.array(2), np.array([1, 0])), (3, 2)),
    ],
)
def test_output_sizes_by_hand(arguments, wanted):
    found = output_size(*arguments)
    assert found == wanted and all(type(n) is int for n in found)


@settings(deadline=None, derandomize=True)
@given(axis, axis)
def test_sizes_count_the_places_of_a_window(down, across):
    walked = [places(*sizes) for sizes in (down, across)]
    sizes = zip(down, across)
    if not all(walked):
        with pytest.raises(ValueError, match="is larger than the padded input"):
            Geometry(*sizes)
        return
    geometry = Geometry(*sizes)
    assert geometry.out_size == tuple(map(len, walked))
    assert geometry.span == tuple(cells[0][-1] - cells[0][0] + 1 for cells in walked)
    ends = [n + p for n, p in zip(geometry.input_size, geometry.padding)]
    reached = [cells[-1][-1] + 1 for cells in walked]
    assert geometry.remainder == tuple(np.subtract(ends, reached))


def test_a_geometry_keeps_pairs_and_cannot_be_changed():
    geometry = Geometry(7, [3, 2], np.array([2, 1]), padding=np.array(1))
    kept = ((7, 7), (3, 2), (2, 1), (1, 1), (1, 1))
    assert dataclasses.astuple(geometry) == kept
    assert all(type(n) is int for pair in dataclasses.astuple(geometry) for n in pair)
    assert geometry == Geometry(*kept) and hash(geometry) == hash(Geometry(*kept))
    with pytest.raises(dataclasses.FrozenInstanceError):
        geometry.stride = (1, 1)
    assert Geometry.of_pool((5, 4), 2, (2, 1)) == Geometry((5, 4), (2, 2), (2, 1))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(axis, axis)
def test_inside_its_border_delta_is_gathered_through_the_rotated_kernel(down, across):
    """Spread delta out by the stride, lay `border` zeros around it (or crop), and correlate with
    the rotated kernel: grad_x, with every remainder."""
    if not all(places(*sizes) for sizes in (down, across)):
        return
    geometry = Geometry(*zip(down, across))
    rng = np.random.default_rng(0)
    delta = rng.standard_normal((1, *geometry.out_size))
    w = rng.standard_normal((1, 1, *geometry.kernel_size))
    spread = np.zeros([(n - 1) * s + 1 for n, s in zip(geometry.out_size, geometry.stride)])
    spread[:: geometry.stride[0], :: geometry.stride[1]] = delta[0]
    laid = np.pad(spread, [(max(0, b), max(0, e)) for b, e in geometry.border])
    (top, bottom), (left, right) = (np.minimum(ends, 0) for ends in geometry.border)
    laid = laid[-top : laid.shape[0] + bottom, -left : laid.shape[1] + right]
    gathered = reference.conv2d(laid[None], w[:, :, ::-1, ::-1], [0], dilation=geometry.dilation)
    settings_ = (geometry.stride, geometry.padding, geometry.dilation)
    scattered = reference.conv2d_grad_x(delta, w, geometry.input_size, *settings_)
    np.testing.assert_allclose(gathered, scattered, rtol=0, atol=1e-12)


def test_the_border_by_hand():
    assert Geometry(4, 2).border == ((1, 1), (1, 1))
    assert Geometry((8, 6), (3, 2), 2).border == ((2, 3), (1, 1))  # one row is left
    assert Geometry((5, 5), (2, 1), (1, 2), (3, 0), (4, 1)).border == ((1, 1), (0, 0))
    assert Geometry(3, 1, 1, 1).border == ((-1, -1), (-1, -1))


@pytest.mark.parametrize(
    ("stride", "padding", "dilation"),
    [
        (1, 0, 1),
        (2, 1, 1),
        ((3, 1), (0, 2), 1),
        ((2, 1), (1, 0), (2, 3)),
    ],
)
def test_the_index_map_says_which_cells_meet(stride, padding, dilation):
    given_ = (stride, padding, dilation)
    (s_v, s_h), (p_v, p_h), (d_v, d_h) = ((n, n) if isinstance(n, int) else n for n in given_)
    wanted = [
        [i, j, u, v, i * s_v + u * d_v - p_v, j * s_h + v * d_h - p_h]
        for i in range(2)
        for j in range(3)
        for u in range(3)
        for v in range(2)
    ]
    rows = index_map((2, 3), (3, 2), stride, padding, dilation)
    assert rows.tolist() == wanted
    kept = [row for row in wanted if 0 <= row[4] < 4 and 0 <= row[5] < 3]
    assert inside(rows, (4, 3)).tolist() == kept and (padding == 0 or len(kept) < len(wanted))


@pytest.mark.parametrize(
    "geometry",
    [
        Geometry((5, 6), (3, 2), 2, 1),
        Geometry((7, 6), (2, 3), (1, 3), (0, 2), (3, 2)),
    ],
    ids=str,
)
def test_the_index_map_carries_the_convolution(geometry):
    """Eq. 1.1, summed over the rows of the table, is what reference computes."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, *geometry.input_size))
    w = rng.standard_normal((1, 1, *geometry.kernel_size))
    net = reference.conv2d(x, w, [0.0], geometry.stride, geometry.padding, geometry.dilation)[0]
    i, j, u, v, y, x_ = geometry.rows_inside().T
    found = np.zeros(net.shape)
    np.add.at(found, (i, j), w[0, 0, u, v] * x[0, y, x_])
    assert np.allclose(found, net, atol=1e-12)
    assert len(geometry.rows()) == net.size * w.size > len(geometry.rows_inside())
