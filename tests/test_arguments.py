"""Refusals of reference and ops: each names what was met and what was wanted, and leaves the
arguments as they were."""

import re

import numpy as np
import pytest

from cnnlib import arguments, geometry, gradient_check, ops, reference

X, W, B = np.arange(48.0).reshape(3, 4, 4), np.ones((2, 3, 3, 2)), np.zeros(2)
DELTA, GRAD_OUT, WINNERS = np.ones((2, 2, 3)), np.ones((3, 3, 3)), np.zeros((3, 3, 3), int)
ROW = np.ones(3)
THREE_AXES = np.ones((3, 3, 2))  # kernels that lack one
WHOLE = "TypeError: {} is {}, wanted a whole number"
ONE_OR_TWO = "ValueError: {} has 3 numbers, wanted one or two: (vertical, horizontal)"
CELL, WINDOW = "one number for each output cell of each filter", "one number for each window"
LARGER = "ValueError: kernel {} is larger than the padded input {}"

# (function, arguments, what is said); a batch of one is made of each image for ops, {N} is its "1,
# " there
REFUSALS = [
    ("conv2d", (X, np.ones((2, 4, 4, 2)), B), "ValueError: x has 3 channels, w expects 4"),
    ("conv2d", (X, W, np.zeros(3)), "ValueError: b has 3 numbers, w has 2 filters"),
    ("conv2d", (X, np.ones((2, 3, 5, 5)), B), LARGER.format("5x5", "4x4")),
    ("conv2d", (X, np.ones((2, 3, 3, 7)), B, 1, (0, 1)), LARGER.format("3x7", "4x6")),
    (
        "conv2d",
        (X, W, B, 1, (0, 1), 3),
        "ValueError: kernel 3x2, dilated to 7x4, is larger than the padded input 4x6",
    ),
    ("conv2d", (X, W, B, 1, 0, 0), "ValueError: dilation is 0, wanted at least 1"),
    ("conv2d", (X, W, B, 1, 0, (1, 1.5)), WHOLE.format("dilation", "1.5")),
    ("conv2d", (X, W, B, np.array(1.0)), WHOLE.format("stride", "array(1.)")),
    ("conv2d", (X, W, B, 0), "ValueError: stride is 0, wanted at least 1"),
    ("conv2d", (X, W, B, (2, -1)), "ValueError: stride is -1, wanted at least 1"),
    ("conv2d", (X, W, B, 1.5), WHOLE.format("stride", "1.5")),
    ("conv2d", (X, W, B, True), WHOLE.format("stride", "True")),
    ("conv2d", (X, W, B, "2"), WHOLE.format("stride", "'2'")),
    ("conv2d", (X, W, B, (1, 2, 3)), ONE_OR_TWO.format("stride")),
    ("conv2d", (X, W, B, 1, -1), "ValueError: padding is -1, wanted at least 0"),
    ("conv2d", (X, W, B, 1, None), WHOLE.format("padding", "None")),
    ("conv2d", (X, W, B, 1, (1, 0.5)), WHOLE.format("padding", "0.5")),
    ("conv2d", (None, W, B), "TypeError: x holds object values, wanted real numbers"),
    ("conv2d", (X + 0j, W, B), "TypeError: x holds complex128 values, wanted real numbers"),
    ("conv2d", (X, W.astype(object), B), "TypeError: w holds object values, wanted real numbers"),
    (
        "conv2d",
        ([[1, 2], [3]], W, B),
        "ValueError: x is not a rectangular array of numbers: its rows have different lengths",
    ),
    ("conv2d", (X, THREE_AXES, B), "ValueError: w has shape (3, 3, 2), wanted (F, C, K_H, K_W)"),
    ("conv2d", (X, W, np.zeros((2, 1))), "ValueError: b has shape (2, 1), wanted (F,)"),
    ("conv2d", (X, W, 5), "ValueError: b has shape (), wanted (F,)"),
    ("conv2d", (X[0, 0], W, B), "ValueError: x has shape (4,), wanted ({NAME}C, H, W)"),
    ("conv2d", (np.ones((3, 0, 4)), W, B), "ValueError: input_size is 0, wanted at least 1"),
    ("conv2d", (X, np.ones((2, 3, 0, 2)), B), "ValueError: kernel_size is 0, wanted at least 1"),
    (
        "conv2d",
        (X, np.ones((0, 3, 3, 2)), np.zeros(0)),
        "ValueError: w has 0 filters, wanted at least 1",
    ),
    (
        "conv2d",
        (np.ones((0, 4, 4)), np.ones((2, 0, 3, 2)), B),
        "ValueError: w has 0 channels, wanted at least 1",
    ),
    (
        "conv2d_grad_x",
        (DELTA[:1], W, (4, 4)),
        "ValueError: delta has shape ({N}1, 2, 3), wanted ({N}2, 2, 3): " + CELL,
    ),
    (
        "conv2d_grad_x",
        (DELTA, W, (4, 4), 1, 1, (2, 1)),
        "ValueError: delta has shape ({N}2, 2, 3), wanted ({N}2, 2, 5): " + CELL,
    ),
    (
        "conv2d_grad_w",
        (DELTA, X, (3, 2), 1, 0, (2, 1)),
        "ValueError: kernel 3x2, dilated to 5x2, is larger than the padded input 4x4",
    ),
    (
        "conv2d_grad_x",
        (DELTA, W, (5, 4)),
        "ValueError: delta has shape ({N}2, 2, 3), wanted ({N}2, 3, 3): " + CELL,
    ),
    ("conv2d_grad_x", (DELTA, W, (2, 4)), LARGER.format("3x2", "2x4")),
    ("conv2d_grad_x", (DELTA, W, (4, 4, 4)), ONE_OR_TWO.format("input_size")),
    ("conv2d_grad_x", (DELTA, W, 4.0), WHOLE.format("input_size", "4.0")),
    ("conv2d_grad_x", (DELTA, W, (0, 4)), "ValueError: input_size is 0, wanted at least 1"),
    (
        "conv2d_grad_x",
        (DELTA[0, 0], W, (4, 4)),
        "ValueError: delta has shape (3,), wanted ({NAME}F, H_out, W_out)",
    ),
    ("conv2d_grad_x", (DELTA[:0], W[:0], (4, 4)), "ValueError: w has 0 filters, wanted at least 1"),
    (
        "conv2d_grad_w",
        (DELTA, X, (2, 2)),
        "ValueError: delta has shape ({N}2, 2, 3), wanted ({N}2, 3, 3): " + CELL,
    ),
    ("conv2d_grad_w", (DELTA, X, (5, 5)), LARGER.format("5x5", "4x4")),
    ("conv2d_grad_w", (DELTA, X, 0), "ValueError: kernel_size is 0, wanted at least 1"),
    (
        "conv2d_grad_b",
        (DELTA[0, 0],),
        "ValueError: delta has shape (3,), wanted ({NAME}F, H_out, W_out)",
    ),
    ("conv2d_grad_b", ("abc",), "TypeError: delta holds str96 values, wanted real numbers"),
    *[
        (pool, arguments, said)
        for pool in ("max_pool2d", "mean_pool2d")
        for arguments, said in [
            ((X, 5, 1), LARGER.format("5x5", "4x4")),
            ((X, (2, 0), 1), "ValueError: size is 0, wanted at least 1"),
            ((X, 2, 0), "ValueError: stride is 0, wanted at least 1"),
            ((X, 2, None), WHOLE.format("stride", "None")),
            ((X[0, 0], 2, 1), "ValueError: x has shape (4,), wanted ({NAME}C, H, W)"),
        ]
    ],
    (
        "max_pool2d_grad_x",
        (GRAD_OUT, WINNERS[:, :2], (4, 4), 2, 1),
        "ValueError: winners has shape ({N}3, 2, 3), wanted ({N}3, 3, 3): one winner for each "
        "number of grad_out",
    ),
    (
        "max_pool2d_grad_x",
        (GRAD_OUT, WINNERS + 4, (4, 4), 2, 1),
        "ValueError: winners runs from 4 to 4, wanted 0 to 3 in a 2x2 window",
    ),
    (
        "max_pool2d_grad_x",
        (GRAD_OUT, WINNERS - 1, (4, 4), 2, 1),
        "ValueError: winners runs from -1 to -1, wanted 0 to 3 in a 2x2 window",
    ),
    (
        "max_pool2d_grad_x",
        (GRAD_OUT, WINNERS / 2, (4, 4), 2, 1),
        "TypeError: winners holds float64 values, wanted whole numbers",
    ),
    ("max_pool2d_grad_x", (GRAD_OUT, WINNERS, (1, 4), 2, 1), LARGER.format("2x2", "1x4")),
    (
        "max_pool2d_grad_x",
        (GRAD_OUT[:, :2], WINNERS, (4, 4), 2, 1),
        "ValueError: grad_out has shape ({N}3, 2, 3), wanted ({N}3, 3, 3): " + WINDOW,
    ),
    (
        "mean_pool2d_grad_x",
        (GRAD_OUT[:, :2], (4, 4), 2, 1),
        "ValueError: grad_out has shape ({N}3, 2, 3), wanted ({N}3, 3, 3): " + WINDOW,
    ),
    ("mean_pool2d_grad_x", (GRAD_OUT, 4, 5, 1), LARGER.format("5x5", "4x4")),
]


@pytest.mark.parametrize("module", [reference, ops])
@pytest.mark.parametrize(
    ("name", "arguments", "said"), REFUSALS, ids=[f"{name}-{said}" for name, _, said in REFUSALS]
)
def test_refusals_in_words_and_arguments_untouched(module, name, arguments, said):
    batch = module is ops
    said = said.format(N="1, " * batch, NAME="N, " * batch)
    if batch:
        images = [
            isinstance(a, np.ndarray) and a.ndim == 3 and a is not THREE_AXES for a in arguments
        ]
        arguments = [a[None] if image else a for a, image in zip(arguments, images)]
    kept = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    with pytest.raises((ValueError, TypeError)) as refusal:
        getattr(module, name)(*arguments)
    assert f"{refusal.type.__name__}: {refusal.value}" == said
    for a, before in zip(arguments, kept):
        assert np.array_equal(a, before) if isinstance(a, np.ndarray) else a == before


def test_a_batch_for_an_image_and_the_other_way_round_come_with_the_cure():
    with pytest.raises(
        ValueError,
        match=re.escape("x has shape (3, 4, 4), wanted (N, C, H, W); one image is x[None]"),
    ):
        ops.conv2d(X, W, B)
    said = "x has shape (1, 3, 4, 4), wanted (C, H, W); the first image of a batch is x[0]"
    with pytest.raises(ValueError, match=re.escape(said)):
        reference.conv2d(X[None], W, B)


W_DENSE, COLUMN = np.ones((2, 3)), np.ones((3, 1))


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("dense", (ROW, np.ones((2, 4)), B), "ValueError: x has 3 numbers a sample, w expects 4"),
        (
            "dense",
            (ROW, W_DENSE.T, B),
            "ValueError: x has 3 numbers a sample, w expects 2; if w is (I, O), take "
            "w.transpose(1, 0)",
        ),
        ("dense", (ROW, np.ones((3, 3)), B), "ValueError: b has 2 numbers, w has 3 outputs"),
        (
            "dense",
            (ROW[:2], np.ones((3, 2)), B),
            "ValueError: b has 2 numbers, w has 3 outputs; if w is (I, O), take w.transpose(1, 0)",
        ),
        ("dense", (ROW, np.ones((0, 3)), B[:0]), "ValueError: w has 0 outputs, wanted at least 1"),
        ("dense", (ROW[:0], np.ones((2, 0)), B), "ValueError: w has 0 inputs, wanted at least 1"),
        ("dense", (ROW, W, B), "ValueError: w has shape (2, 3, 3, 2), wanted (O, I)"),
        ("dense", (ROW, W_DENSE, 1.0), "ValueError: b has shape (), wanted (O,)"),
        (
            "dense_grad_x",
            ("abc", W_DENSE),
            "TypeError: delta holds str96 values, wanted real numbers",
        ),
        ("dense_grad_b", ("abc",), "TypeError: delta holds str96 values, wanted real numbers"),
    ],
)
@pytest.mark.parametrize("module", [reference, ops])
def test_refusals_of_a_dense_layer(module, name, arguments, said):
    first = (
        arguments[0][None]
        if module is ops and isinstance(arguments[0], np.ndarray)
        else arguments[0]
    )
    with pytest.raises((ValueError, TypeError)) as refusal:
        getattr(module, name)(first, *arguments[1:])
    assert f"{refusal.type.__name__}: {refusal.value}" == said


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: reference.dense(X, W_DENSE, B), "x has shape (3, 4, 4), wanted (I,)"),
        (lambda: ops.dense(ROW, W_DENSE, B), "x has shape (3,), wanted (N, I)"),
        (
            lambda: reference.dense_grad_x(ROW, W_DENSE),
            "delta has shape (3,), wanted (2,): one number for each output",
        ),
        (
            lambda: ops.dense_grad_x(ROW[None], W_DENSE),
            "delta has shape (1, 3), wanted (1, 2): one number for each output of each sample",
        ),
        (lambda: reference.dense_grad_w(COLUMN, ROW), "delta has shape (3, 1), wanted (O,)"),
        (
            lambda: ops.dense_grad_w(COLUMN, ROW[None]),
            "delta has shape (3, 1), wanted (1, 1): one row for each sample of x",
        ),
        (lambda: reference.dense_grad_b(COLUMN), "delta has shape (3, 1), wanted (O,)"),
        (lambda: ops.dense_grad_b(ROW), "delta has shape (3,), wanted (N, O)"),
    ],
)
def test_shapes_of_a_dense_layer(call, said):
    with pytest.raises(ValueError) as refusal:
        call()
    assert str(refusal.value) == said


# (function, arguments that are right)
CALLS = {
    "conv2d": (X, W, B),
    "conv2d_grad_x": (DELTA, W, (4, 4)),
    "conv2d_grad_w": (DELTA, X, (3, 2)),
    "conv2d_grad_b": (DELTA,),
    "max_pool2d": (X, 2, 1),
    "mean_pool2d": (X, 2, 1),
    "max_pool2d_grad_x": (GRAD_OUT, WINNERS, (4, 4), 2, 1),
    "mean_pool2d_grad_x": (GRAD_OUT, (4, 4), 2, 1),
    "dense": (ROW, W_DENSE, B),
    "dense_grad_x": (B, W_DENSE),
    "dense_grad_w": (B, ROW),
    "dense_grad_b": (B,),
}


@pytest.mark.parametrize("module", [reference, ops])
@pytest.mark.parametrize("name", CALLS)
def test_masked_arrays_are_refused_since_their_mask_would_be_lost(module, name):
    function = getattr(module, name)
    images = [n for n, a in enumerate(CALLS[name]) if np.ndim(a) == 3]
    samples = {"dense_grad_w": [0, 1]}.get(name, [0]) if "dense" in name else images
    plain = [a[None] if module is ops and n in samples else a for n, a in enumerate(CALLS[name])]
    function(*plain)
    for n, argument in enumerate(plain):
        if not isinstance(argument, np.ndarray):
            continue
        masked = np.ma.masked_array(argument, argument == argument.flat[0])
        for wrong in (masked, list(masked)):
            with pytest.raises(TypeError) as refusal:
                function(*plain[:n], wrong, *plain[n + 1 :])
            said = "(x|w|b|delta|grad_out|winners) is a masked array, and its mask would be lost"
            assert re.match(said, str(refusal.value)) and ".filled(0)" in str(refusal.value)


PICTURE, KERNELS = np.ones((5, 6, 3)), np.ones((3, 2, 3, 4))  # (H, W, C) and (K_H, K_W, C, F)
TURN_X = "; if x is (H, W, C), take x.transpose(2, 0, 1)"
TURN_XS = "; if x is (N, H, W, C), take x.transpose(0, 3, 1, 2)"
TURN_W = "; if w is (K_H, K_W, C, F), take w.transpose(3, 2, 0, 1)"


@pytest.mark.parametrize(
    ("x", "w", "said"),
    [
        (PICTURE, KERNELS.transpose(3, 2, 0, 1), "x has 5 channels, w expects 3" + TURN_X),
        (PICTURE.transpose(2, 0, 1), KERNELS, "x has 3 channels, w expects 2" + TURN_W),
        (PICTURE, KERNELS, "x has 5 channels, w expects 2" + TURN_X + TURN_W),
        (np.ones((2, 5, 6)), KERNELS, "b has 4 numbers, w has 3 filters" + TURN_W),
        (np.ones((2, 9, 9)), np.ones((4, 3, 3, 3)), "x has 2 channels, w expects 3"),
        (
            PICTURE[:, :, 0],
            KERNELS,
            "x has shape (5, 6), wanted (C, H, W); a grey picture is x[None]",
        ),
    ],
)
def test_colour_pictures_and_kernels_of_other_libraries_come_with_the_cure(x, w, said):
    with pytest.raises(ValueError) as refusal:
        reference.conv2d(x, w, np.zeros(4))
    assert str(refusal.value) == said
    batch = said.replace(TURN_X, TURN_XS).replace("(C, H, W)", "(N, C, H, W)")
    with pytest.raises(ValueError) as refusal:
        ops.conv2d(x if x.ndim == 2 else x[None], w, np.zeros(4))
    assert str(refusal.value) == batch.replace("x[None]", "x[None, None]")


def test_the_cures_for_pictures_work():
    x, w = PICTURE.transpose(2, 0, 1), KERNELS.transpose(3, 2, 0, 1)
    assert reference.conv2d(x, w, np.zeros(4)).shape == (4, 3, 5)
    assert ops.conv2d(PICTURE[None].transpose(0, 3, 1, 2), w, np.zeros(4)).shape == (1, 4, 3, 5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: geometry.output_size(2, 3),
            "ValueError: kernel 3x3 is larger than the padded input 2x2",
        ),
        (lambda: geometry.output_size((0, 3), 1), "ValueError: input_size is 0, wanted at least 1"),
        (
            lambda: geometry.output_size(3, 2.0),
            "TypeError: kernel_size is 2.0, wanted a whole number",
        ),
        (lambda: geometry.index_map((2, 0), 1), "ValueError: out_size is 0, wanted at least 1"),
        (
            lambda: gradient_check.numerical_gradient(np.sum, np.ones(2), 0),
            "ValueError: epsilon is 0, wanted a number above 0",
        ),
        (
            lambda: gradient_check.numerical_gradient(np.sum, np.ones(2), float("nan")),
            "ValueError: epsilon is nan, wanted a number above 0",
        ),
        (
            lambda: gradient_check.numerical_gradient(lambda x: x, np.ones(2)),
            "ValueError: f gave an array of shape (2,), wanted one number",
        ),
        (
            lambda: gradient_check.relative_error([1, 2], [1]),
            "ValueError: analytic has shape (2,), numeric has shape (1,), wanted the same",
        ),
    ],
)
def test_refusals_of_geometry_and_of_the_check(call, said):
    with pytest.raises((ValueError, TypeError)) as refusal:
        call()
    assert f"{refusal.type.__name__}: {refusal.value}" == said


@pytest.mark.parametrize(
    "wrong", [np.ones(3, complex), np.array(["a", "b"]), np.array(1j), np.ma.array([1.0], mask=[1])]
)
def test_samples_that_hold_no_real_numbers_are_refused_at_once(wrong):
    with pytest.raises(TypeError, match="^x "):
        arguments.samples(wrong, "x")


def test_samples_are_not_copied():
    pixels = np.zeros((4, 1, 2, 2), np.uint8)
    assert arguments.samples(pixels, "x") is pixels
    made = arguments.samples([[1, 2]], "x")
    assert made.dtype == float and made.tolist() == [[1, 2]]
