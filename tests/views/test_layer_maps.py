"""layer_maps: a network's numbers as stacks whose windows are the cells that they were made of."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cnnlib
from cnnlib import datasets, layers, views
from cnnlib.views.explorers.layer_maps import layer_names, shape_of, stack_of, trace


def test_trace_is_what_the_network_computes_and_leaves_it_alone():
    x = datasets.digits().test_x[3]
    network = cnnlib.digit_network(np.random.default_rng(1))
    found, loss, p = trace(network, x, 5)
    assert all(layer.out is None for layer in network.layers if hasattr(layer, "out"))
    wanted, grad = cnnlib.softmax_cross_entropy(network.forward(x), 5)
    assert loss == wanted and np.array_equal(found["grad_x"], network.backward(grad))
    assert p.sum() == pytest.approx(1) and -np.log(p[5]) == pytest.approx(loss)
    assert np.array_equal(found["back:2"], network.layers[2].delta)
    assert np.array_equal(found["grad_w:0"], network.layers[0].weights_grad)


def test_layers_of_one_kind_are_numbered():
    network = cnnlib.digit_network(np.random.default_rng(0))
    names = ["conv 1", "pool 1", "conv 2", "pool 2", "flatten", "dense"]
    assert layer_names(network.layers) == names


@pytest.mark.parametrize(
    ("shape", "columns", "zoom"),
    [
        ((16, 8, 8), 8, 5),
        ((32, 4, 4), 16, 4),
        ((512, 3, 3), 32, 3),
        ((8, 28, 28), 4, 3),
        ((8, 14, 14), 8, 3),
        ((16, 10, 10), 8, 4),
        ((3, 2, 2), 6, 16),
        ((8, 200, 200), 1, 3),
    ],
)
def test_maps_of_any_size_stand_in_rows_that_a_phone_can_show(shape, columns, zoom):
    assert shape_of(np.zeros(shape)) == {"columns": columns, "zoom": zoom}


@pytest.mark.parametrize(("wide", "zoom"), [(8, 12), (10, 12), (28, 6), (128, 3)])
def test_one_map_is_as_large_as_fits(wide, zoom):
    assert shape_of(np.zeros((1, 5, wide))) == {"zoom": zoom}


# ---- windows


def lit(stack, count, cell):
    """The cells of the other stack that light up with `cell`, as the page reads the layout."""
    ((rows, columns),) = stack.windows.values()
    (i, high), (j, wide) = rows[cell[1]], columns[cell[2]]
    maps = [cell[0]] if stack.same_map else range(count)
    return {(n, y, x) for n in maps for y in range(i, i + high) for x in range(j, j + wide)}


def moved(layer, x):
    """{output cell: the input cells that change it}, by raising one input cell after the other."""
    base, found = layer.forward(x).copy(), {}
    for place in np.ndindex(*x.shape):
        other = x.copy()
        other[place] += 100
        for cell in np.argwhere(layer.forward(other) != base):
            found.setdefault(tuple(map(int, cell)), set()).add(tuple(map(int, place)))
    return found


def made(kind, size, kernel, stride, padding, rng):
    """A layer of that kind for two maps of this size."""
    (H, W), (K_H, K_W) = size, kernel
    if kind != "conv":
        pool = layers.MaxPoolingLayer if kind == "max" else layers.MeanPoolingLayer
        return pool(W, H, 2, K_W, K_H, stride)
    identity = cnnlib.IdentityActivator()
    return layers.ConvLayer(W, H, 2, K_W, K_H, 2, padding, stride, identity, 0.1, rng=rng)


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@settings(max_examples=60, deadline=None)
@given(
    pairs(1, 7),
    pairs(1, 4),
    pairs(1, 3),
    pairs(0, 4),
    st.sampled_from(["conv", "max", "mean"]),
    st.integers(0, 99),
)
def test_the_lit_cells_are_exactly_those_that_move_the_number(
    size, kernel, stride, padding, kind, seed
):
    rng = np.random.default_rng(seed)
    padding = padding if kind == "conv" else (0, 0)
    assume(all(k <= n + 2 * p for k, n, p in zip(kernel, size, padding, strict=True)))
    layer = made(kind, size, kernel, stride, padding, rng)
    x = rng.standard_normal((2, *size))
    out = layer.forward(x)
    stack, read = stack_of("out:0", [out], {"x": x, "out:0": out}, [layer]), moved(layer, x)
    for cell in np.ndindex(*out.shape):
        assert lit(stack, 2, cell) == read.get(cell, set())
    assert list(stack.windows) == ["x"]


@pytest.mark.parametrize(
    "name, other, cell",
    [
        ("back:2", "out:2", (31, 3, 0)),
        ("back:1", "out:1", (4, 1, 2)),
        ("grad_x", "x", (0, 7, 1)),
        ("back:5", "out:5", (0, 0, 9)),
    ],
)
def test_a_delta_lights_its_own_cell_of_out_and_a_gradient_its_pixel(name, other, cell):
    stacks = {stack.name: stack for stack in views.walk_the_layers()._now.stacks}
    assert list(stacks[name].windows) == [other] and lit(stacks[name], 99, cell) == {cell}
    assert stacks["grad_w:2"].windows is None
