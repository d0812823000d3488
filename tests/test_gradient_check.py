"""gradient_check: differences of known functions; nothing is left moved; the error of two
arrays."""

import numpy as np
import pytest

from cnnlib import gradient_check, numerical_gradient, relative_error


def test_a_quadratic_has_no_error_but_rounding():
    x = np.array([[1.0, -2], [0.5, 3]])
    grad = numerical_gradient(lambda x: (x**2).sum() + x[0, 0] * x[1, 1], x, 0.5)
    assert np.allclose(grad, [[2 + 3, -4], [1, 6 + 1]], atol=1e-13)


def test_the_error_falls_with_the_square_of_the_step():
    x = np.array([1.0])
    wide, narrow = (
        numerical_gradient(lambda x: np.exp(x).sum(), x, e)[0] - np.e for e in (1e-2, 1e-3)
    )
    assert wide / narrow == pytest.approx(100, rel=0.01)


def test_at_a_kink_it_says_one_half():
    assert numerical_gradient(lambda x: np.maximum(x, 0).sum(), np.zeros(1))[0] == 0.5


def test_numbers_read_elsewhere_are_moved_too_and_put_back():
    w = np.array([[1.0, 2], [3, 0.1]])
    kept = w.copy()
    grad = numerical_gradient(lambda _: (w**2).sum(), w)  # as a layer reads its own weights
    assert np.allclose(grad, 2 * kept, atol=1e-8) and np.array_equal(w, kept)


def test_numbers_are_put_back_after_an_error_too():
    x, calls = np.array([1.0, 2, 3]), []

    def stops(x):
        calls.append(x.copy())
        if len(calls) == 4:
            raise RuntimeError("enough")
        return x.sum()

    with pytest.raises(RuntimeError):
        numerical_gradient(stops, x)
    assert x.tolist() == [1, 2, 3] and calls[3][1] != 2


def test_one_entry_moves_at_a_time():
    seen = []
    numerical_gradient(lambda x: seen.append(x.copy()) or 0.0, np.zeros((2, 2)), 0.25)
    moved = [(tuple(np.argwhere(x)[0]), x.sum()) for x in seen]
    assert moved == [((i, j), s) for i in (0, 1) for j in (0, 1) for s in (0.25, -0.25)]


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (
            [1.0, 2],
            "TypeError: x is a list, whose numbers f may read from elsewhere; wanted an array "
            "that can be moved in "
            "place: x = np.asarray(x).astype(float)",
        ),
        (
            (1, 2),
            "TypeError: x is a tuple, whose numbers f may read from elsewhere; wanted an array "
            "that can be moved in "
            "place: x = np.asarray(x).astype(float)",
        ),
        (
            3.0,
            "TypeError: x is a float, whose numbers f may read from elsewhere; wanted an array "
            "that can be moved in "
            "place: x = np.asarray(x).astype(float)",
        ),
        (
            np.array([1, 2]),
            "TypeError: x holds int64 values, which cannot move by a small step; wanted floats: "
            "x = x.astype(float)",
        ),
        (
            np.array([True]),
            "TypeError: x holds bool values, which cannot move by a small step; wanted floats: "
            "x = x.astype(float)",
        ),
        (
            np.broadcast_to(np.float64(1), 2),
            "ValueError: x is read-only, its numbers cannot be moved; wanted an array of "
            "your own: x = x.astype(float)",
        ),
        (np.array(["a"]), "TypeError: x holds str32 values, wanted real numbers"),
        (
            np.ma.array([1.0, 2], mask=[0, 1]),
            "TypeError: x is a masked array, and its mask would be lost; wanted plain "
            "numbers: x.filled(0), if 0 is what stands for the masked ones",
        ),
    ],
)
def test_what_cannot_be_moved_in_place_is_refused_with_the_cure(x, said):
    calls = []
    with pytest.raises((TypeError, ValueError)) as refusal:
        numerical_gradient(lambda _: calls.append(1) or 0.0, x)
    assert f"{refusal.type.__name__}: {refusal.value}" == said and not calls
    if "x = " in said:  # the cure works, also for an f that reads x elsewhere
        scope = {"x": x, "np": np}
        exec("x = " + said.rsplit("x = ", 1)[1], scope)
        x = scope["x"]
        assert np.allclose(numerical_gradient(lambda _: 3 * x.sum(), x), 3)


@pytest.mark.parametrize(
    ("x", "epsilon", "said"),
    [
        (
            np.array([1, 300], np.float32),
            1e-5,
            "epsilon 1e-05 does not move x[1] = 300 in float32; take a larger epsilon, or x = "
            "x.astype(float)",
        ),
        (
            np.array([[0, 1e20]]),
            1e-5,
            "epsilon 1e-05 does not move x[0, 1] = 1e+20 in float64; take a larger epsilon",
        ),
        (
            np.array(1.0),
            1e-17,
            "epsilon 1e-17 does not move x = 1 in float64; take a larger epsilon",
        ),
        (
            np.array([np.inf]),
            1e-5,
            "epsilon 1e-05 does not move x[0] = inf in float64; wanted finite numbers",
        ),
        # just above 2 the numbers lie twice as far apart as just below
        (
            np.array([2.0]),
            2e-16,
            "epsilon 2e-16 does not move x[0] = 2 in float64; take a larger epsilon",
        ),
    ],
)
def test_a_step_that_moves_nothing_is_refused(x, epsilon, said):
    kept = x.copy()
    with pytest.raises(ValueError) as refusal:
        numerical_gradient(lambda x: 7.0 * x.sum(), x, epsilon)
    assert str(refusal.value) == said and np.array_equal(x, kept)


def test_a_nan_is_told_not_hidden():
    assert np.isnan(numerical_gradient(lambda x: x.sum(), np.array([np.nan, 1.0]))).all()


def test_float32_is_divided_by_the_step_that_was_taken():
    x = np.array([1.0], np.float32)
    # 1 + 1e-4 is rounded: the steps are 0.1 % off
    grad = numerical_gradient(lambda x: float(x[0]), x, 1e-4)
    assert grad[0] == pytest.approx(1, abs=1e-6)


def test_shapes_of_the_answer():
    assert numerical_gradient(np.sum, np.zeros((0, 3))).shape == (0, 3)
    assert numerical_gradient(lambda x: x**2, np.array(3.0)).shape == ()
    assert numerical_gradient(lambda x: np.array([[x.sum()]]), np.ones(2)).shape == (2,)


def test_relative_error_is_the_largest_over_every_entry():
    assert relative_error([1, 2, 4], [1, 2, 4]) == 0
    assert relative_error([1.0, 2, 3], [1, 2, 1]) == 0.5
    assert relative_error([[1], [-1]], [[1], [1]]) == 1
    assert relative_error([0.0], [0.0]) == 0 and relative_error([1e-9], [0.0]) == pytest.approx(
        0.1
    )  # the floor of 1e-8
    assert relative_error([], []) == 0
    assert np.isnan(relative_error([1, np.nan], [1, 1]))
    assert type(relative_error([1], [2])) is float


def test_the_module_is_what_the_package_shows():
    assert gradient_check.numerical_gradient is numerical_gradient
    assert gradient_check.relative_error is relative_error
