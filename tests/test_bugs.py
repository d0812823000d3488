"""bugs: each planted slip is what its words say, touches nothing else, and is always taken out
again."""

import inspect
import threading

import numpy as np
import pytest

from cnnlib import ReluActivator, TanhActivator, layers, ops
from cnnlib.course.bugs import BUGS, planted

RNG = np.random.default_rng(3)
X = RNG.standard_normal((2, 3, 7, 5))
TIED = np.array([[[[1.0, 0, 2], [1, 0, 2], [1, 0, 2]]]])
ASKED = """kernel not rotated; kernel rotated by 90; delta rotated in grad_w; grad_w from the
layer's own output; stride ignored backward; = for += in overlapping pools; every tied cell gets the
full delta; ReLU mask missing; ReLU mask >= on the output; bias mean for sum; 1/N applied twice;
channels in reverse order; only the first filter's gradient; padding not cropped; only the last
filter"""


def conv(channels=3, kernel=(3, 3), stride=1, padding=1, activator=None):
    """A layer with fixed random weights, three filters."""
    layer = layers.ConvLayer(
        5,
        7,
        channels,
        *kernel[::-1],
        3,
        padding,
        stride,
        activator or ReluActivator(),
        0.1,
        rng=np.random.default_rng(1),
    )
    layer.bias = np.array([0.1, -0.2, 0.3])
    return layer


def gradients(layer):
    """grad_x, grad_w and grad_b of a layer for a fixed random upstream."""
    upstream = np.random.default_rng(2).standard_normal(layer.forward(X).shape)
    grad_x = layer.backward(upstream)
    return {"grad_x": grad_x, "grad_w": layer.weights_grad.copy(), "grad_b": layer.bias_grad.copy()}


def sick(name, **how):
    """(the right gradients, the wrong ones) of the same layer."""
    right = gradients(conv(**how))
    with planted(name):
        return right, gradients(conv(**how))


def hurt(right, wrong):
    """The names of the gradients that the bug makes wrong."""
    return {name for name in right if not np.allclose(right[name], wrong[name], rtol=0, atol=1e-9)}


def of_pools(stride, x=X):
    """What two pools of 3x3 send back, by name."""
    found = {}
    for pool in (layers.MaxPoolingLayer, layers.MeanPoolingLayer):
        layer = pool(x.shape[3], x.shape[2], x.shape[1], 3, 3, stride)
        out = layer.forward(x)
        found[pool] = (out, layer.backward(1 + np.arange(out.size).reshape(out.shape)))
    return found


def test_every_bug_of_the_clinic_is_here():
    assert sorted(BUGS) == sorted(" ".join(ASKED.split()).split("; "))


@pytest.mark.parametrize("name", BUGS)
def test_each_says_in_a_sentence_what_it_does_and_how_it_looks(name):
    for text in (BUGS[name].what, BUGS[name].symptom):
        assert 30 < len(text) <= 160 and text.endswith(".") and "\n" not in text and text[0] != " "
    for (owner, function), wrong in BUGS[name].wrong.items():
        right = inspect.signature(getattr(owner, function))
        assert len(right.parameters) == len(inspect.signature(wrong).parameters)


@pytest.mark.parametrize("name", BUGS)
def test_planted_bugs_are_taken_out_whatever_happens(name):
    places = {
        (owner, function): getattr(owner, function)
        for bug in BUGS.values()
        for owner, function in bug.wrong
    }
    own = {owner: set(vars(owner)) for owner, _ in places}
    with pytest.raises(ZeroDivisionError), planted(name) as bug:
        assert bug is BUGS[name]
        for (owner, function), wrong in bug.wrong.items():
            assert getattr(owner, function).__wrapped__ is wrong
        1 / 0  # noqa: B018 - the error is wanted
    for (owner, function), right in places.items():
        assert getattr(owner, function) is right
    assert own == {owner: set(vars(owner)) for owner in own}


def test_bugs_within_bugs_are_taken_out_in_turn():
    right = ops.conv2d_grad_x
    with planted("kernel not rotated"):
        first = ops.conv2d_grad_x
        with planted("only the last filter"):
            assert ops.conv2d_grad_x not in (right, first)
        assert ops.conv2d_grad_x is first
    assert ops.conv2d_grad_x is right


def test_another_thread_keeps_the_right_library_and_plants_in_its_turn():
    delta, w, found = np.arange(4.0).reshape(1, 1, 2, 2), np.array([[[[1.0, 2], [3, 4]]]]), []

    def elsewhere():
        found.append(ops.conv2d_grad_x(delta, w, (3, 3)))
        ready.set()
        with planted("kernel rotated by 90"):
            found.append(ops.conv2d_grad_x(delta, w, (3, 3)))

    right, ready = ops.conv2d_grad_x, threading.Event()
    with planted("kernel not rotated"):
        here = ops.conv2d_grad_x(delta, w, (3, 3))
        thread = threading.Thread(target=elsewhere)
        thread.start()
        assert ready.wait(10)
    thread.join(10)
    assert np.array_equal(found[0], right(delta, w, (3, 3))) and not np.array_equal(found[0], here)
    assert (
        len(found) == 2
        and not np.array_equal(found[1], here)
        and not np.array_equal(found[1], found[0])
    )
    assert ops.conv2d_grad_x is right


def test_an_unknown_bug_is_refused_with_the_names_there_are():
    names = list(BUGS)
    said = f"'a cold' is no bug here; {names[0]}, .*{names[-1]} are"
    with pytest.raises(ValueError, match=said), planted("a cold"):
        pass


@pytest.mark.parametrize("name", BUGS)
def test_forward_passes_stay_right(name):
    w, b = RNG.standard_normal((3, 3, 3, 2)), RNG.standard_normal(3)

    def forward():
        return [
            ops.conv2d(X, w, b, 2, 1),
            *ops.max_pool2d(X, 3, 2),
            ops.mean_pool2d(X, 3, 2),
            conv().forward(X),
        ]

    right = forward()
    with planted(name):
        assert all(np.array_equal(a, b) for a, b in zip(forward(), right))


# ---- each symptom is a fact


@pytest.mark.parametrize(
    ("name", "wrong_ones"),
    [
        ("kernel not rotated", {"grad_x"}),
        ("kernel rotated by 90", {"grad_x"}),
        ("only the last filter", {"grad_x"}),
        ("padding not cropped", {"grad_x"}),
        ("delta rotated in grad_w", {"grad_w"}),
        ("grad_w from the layer's own output", {"grad_w"}),
        ("channels in reverse order", {"grad_w"}),
        ("bias mean for sum", {"grad_b"}),
        ("1/N applied twice", {"grad_w", "grad_b"}),
        ("only the first filter's gradient", {"grad_w", "grad_b"}),
        ("ReLU mask missing", {"grad_x", "grad_w", "grad_b"}),
        ("ReLU mask >= on the output", {"grad_x", "grad_w", "grad_b"}),
        ("stride ignored backward", set()),
        ("= for += in overlapping pools", set()),
        ("every tied cell gets the full delta", set()),
    ],
)
def test_which_gradients_hurt_at_stride_1(name, wrong_ones):
    assert hurt(*sick(name)) == wrong_ones


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("kernel not rotated", "grad_x"),
        ("kernel rotated by 90", "grad_x"),
        ("delta rotated in grad_w", "grad_w"),
        ("grad_w from the layer's own output", "grad_w"),
    ],
)
def test_every_entry_is_wrong_each_in_its_own_way(name, where):
    right, wrong = (found[where] for found in sick(name))
    assert (np.abs(wrong - right) > 1e-9).all() and np.ptp(wrong / right) > 1


@pytest.mark.parametrize("name", ["kernel rotated by 90", "grad_w from the layer's own output"])
def test_some_bugs_do_not_even_fit_other_shapes(name):
    layer = conv(kernel=(3, 2))
    out = layer.forward(X)
    with planted(name), pytest.raises(ValueError, match=r"delta has shape .* wanted"):
        layer.backward(out)


def test_stride_ignored_leaves_the_far_rows_and_columns_zero():
    right, wrong = sick("stride ignored backward", stride=2, padding=0)
    assert hurt(right, wrong) == {"grad_x", "grad_w"}
    assert (
        not wrong["grad_x"][..., 5:, :].any() and not wrong["grad_x"][..., 4:].any()
    )  # 3x2 windows reach 5 rows, 4 columns
    assert right["grad_x"][..., 5:, :].all(axis=(0, 1)).any() and np.isclose(
        wrong["grad_x"].sum(), right["grad_x"].sum()
    )


def test_the_last_window_overwrites_where_windows_overlap():
    right = of_pools(2)
    with planted("= for += in overlapping pools"):
        wrong = of_pools(2)
    for pool, (out, grad_x) in right.items():
        assert np.array_equal(out, wrong[pool][0])
        differ = grad_x != wrong[pool][1]
        assert differ.any() and not differ.all() and (wrong[pool][1] <= grad_x).all()
    with planted("= for += in overlapping pools"):
        apart = of_pools(3)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(of_pools(3).values(), apart.values()))


def test_tied_cells_make_error_out_of_nothing():
    layer, grad_out = layers.MaxPoolingLayer(3, 3, 1, 2, 2, 1), np.array([[[[1.0, 2], [3, 4]]]])
    layer.forward(TIED)
    assert layer.backward(grad_out).sum() == 10
    with planted("every tied cell gets the full delta"):
        assert layer.backward(grad_out).sum() == 20
        layer.forward(TIED[0])
        assert layer.backward(grad_out[0])[0].tolist() == [[1, 0, 2], [4, 0, 6], [3, 0, 4]]
        assert np.array_equal(of_pools(2)[layers.MaxPoolingLayer][1], RIGHT_POOL)


RIGHT_POOL = of_pools(2)[layers.MaxPoolingLayer][1]


@pytest.mark.parametrize("name", ["ReLU mask missing", "ReLU mask >= on the output"])
def test_without_a_mask_error_passes_where_net_was_negative(name):
    layer = conv()
    grad_out = 1 + np.abs(layer.forward(X))
    layer.backward(grad_out)
    assert not layer.delta[layer.net < 0].any() and (layer.net < 0).any()
    with planted(name):
        layer.backward(grad_out)
    assert np.array_equal(layer.delta, grad_out)


def test_only_the_mask_of_relu_is_taken_for_another():
    with planted("ReLU mask >= on the output"):
        layer = conv(activator=TanhActivator())
        layer.backward(layer.forward(X))
    assert np.allclose(layer.delta, layer.out * (1 - layer.out**2), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "gradient", "factor"),
    [
        ("bias mean for sum", "grad_b", 7 * 5),
        ("1/N applied twice", "grad_w", 2),
        ("1/N applied twice", "grad_b", 2),
    ],
)
def test_wrong_by_one_factor(name, gradient, factor):
    right, wrong = (found[gradient] for found in sick(name))
    assert np.allclose(wrong * factor, right, rtol=1e-12)


def test_channels_and_filters_in_the_wrong_place():
    right, wrong = sick("channels in reverse order")
    assert np.array_equal(wrong["grad_w"][:, ::-1], right["grad_w"])
    right, wrong = sick("only the first filter's gradient")
    for gradient in ("grad_w", "grad_b"):
        assert (
            np.array_equal(wrong[gradient][0], right[gradient][0]) and not wrong[gradient][1:].any()
        )


def test_not_cropped_is_the_right_map_moved_by_the_padding():
    right, wrong = sick("padding not cropped", padding=2)
    assert np.allclose(wrong["grad_x"][..., 2:, 2:], right["grad_x"][..., :-2, :-2], atol=1e-12)
    assert not hurt(*sick("padding not cropped", padding=0))


def test_the_last_filters_part_is_all_that_is_left():
    layer = conv(padding=0)
    delta, w = RNG.standard_normal((2, 3, 5, 3)), layer.weights
    with planted("only the last filter"):
        wrong = ops.conv2d_grad_x(delta, w, (7, 5))
    rest = ops.conv2d_grad_x(delta[:, :2], w[:2], (7, 5))
    assert np.allclose(wrong + rest, ops.conv2d_grad_x(delta, w, (7, 5)), atol=1e-12)
