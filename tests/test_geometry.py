"""geometry: output sizes and the index map, counted by hand and by walking a window over the
image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib.geometry import index_map, inside, output_size

axis = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4), st.integers(0, 6))


@pytest.mark.parametrize(("arguments", "wanted"), [
    ((5, 3), (3, 3)), ((5, 3, 2, 1), (3, 3)), ((4, 2, 1), (3, 3)), ((6, 3, 2), (2, 2)), ((1, 1), (1, 1)),
    (((7, 5), (3, 2), 2, 1), (4, 3)), (((8, 6), (3, 2), 2, 0), (3, 3)), (((2, 3), (4, 1), (1, 3), (1, 0)), (1, 1)),
    ((np.int64(5), 3, np.int32(2), [1, 0]), (3, 2)),
])  # fmt: skip
def test_output_sizes_by_hand(arguments, wanted):
    found = output_size(*arguments)
    assert found == wanted and all(type(n) is int for n in found)


@settings(deadline=None, derandomize=True)
@given(axis, axis)
def test_output_size_counts_the_places_of_a_window(down, across):
    places = [
        [i for i in range(0, n + 2 * p, s) if i + k <= n + 2 * p] for n, k, s, p in (down, across)
    ]
    sizes = zip(down, across)
    if all(places):
        assert output_size(*sizes) == tuple(map(len, places))
    else:
        with pytest.raises(ValueError, match="is larger than the padded input"):
            output_size(*sizes)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), ((3, 1), (0, 2))])
def test_the_index_map_says_which_cells_meet(stride, padding):
    (s_v, s_h), (p_v, p_h) = ((n, n) if isinstance(n, int) else n for n in (stride, padding))
    wanted = [
        [i, j, u, v, i * s_v + u - p_v, j * s_h + v - p_h]
        for i in range(2) for j in range(3) for u in range(3) for v in range(2)
    ]  # fmt: skip
    rows = index_map((2, 3), (3, 2), stride, padding)
    assert rows.tolist() == wanted
    kept = [row for row in wanted if 0 <= row[4] < 4 and 0 <= row[5] < 3]
    assert inside(rows, (4, 3)).tolist() == kept and (padding == 0 or len(kept) < len(wanted))


def test_the_index_map_carries_the_convolution():
    """Eq. 1.1, summed over the rows of the table, is what reference computes."""
    from cnnlib import reference

    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((1, 5, 6)), rng.standard_normal((1, 1, 3, 2))
    net = reference.conv2d(x, w, [0.0], 2, 1)[0]
    i, j, u, v, y, x_ = inside(index_map(net.shape, (3, 2), 2, 1), (5, 6)).T
    found = np.zeros(net.shape)
    np.add.at(found, (i, j), w[0, 0, u, v] * x[0, y, x_])
    assert np.allclose(found, net, atol=1e-12)
