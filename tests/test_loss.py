"""loss: softmax cross-entropy by hand, numerically, far out, and what it refuses."""

import decimal

import numpy as np
import pytest

from cnnlib import loss, network, numerical_gradient, relative_error, softmax_cross_entropy


def test_softmax_cross_entropy_by_hand():
    scores = np.log([[1.0, 2, 5], [3, 3, 2]])  # p = scores' exponentials / 8
    loss, grad = softmax_cross_entropy(scores, [2, 0])
    assert loss == pytest.approx(-(np.log(5 / 8) + np.log(3 / 8)) / 2, abs=1e-15)
    assert np.allclose(grad, np.array([[1, 2, -3], [-5, 3, 2]]) / 8 / 2, atol=1e-15)
    assert type(loss) is float


def test_its_gradient_numerically():
    rng = np.random.default_rng(0)
    scores, labels = rng.standard_normal((5, 4)), rng.integers(0, 4, 5)
    numeric = numerical_gradient(lambda s: softmax_cross_entropy(s, labels)[0], scores)
    assert relative_error(softmax_cross_entropy(scores, labels)[1], numeric) < 1e-6


def test_one_sample_has_its_own_form():
    loss, grad = softmax_cross_entropy([0.0, 1, 2], 1)
    many, grads = softmax_cross_entropy([[0.0, 1, 2]], [1])
    assert loss == many and np.array_equal(grad, grads[0]) and grad.shape == (3,)


def test_the_mean_over_the_batch_is_taken_once():
    scores = np.random.default_rng(1).standard_normal((1, 3))
    one, grad = softmax_cross_entropy(scores, [1])
    five, grads = softmax_cross_entropy(np.repeat(scores, 5, 0), [1] * 5)
    assert five == pytest.approx(one, abs=1e-15) and np.allclose(grads, grad / 5, atol=1e-16)


@pytest.mark.parametrize("far", [1e3, 1e4, 1e300])
def test_it_is_stable_for_far_scores(far):
    with np.errstate(all="raise", under="ignore"):
        loss, grad = softmax_cross_entropy([[far, -far], [far, far]], [1, 0])
    assert loss == pytest.approx((2 * far + np.log(2)) / 2, rel=1e-12)
    assert grad.tolist() == [[0.5, -0.5], [-0.25, 0.25]]
    apart = softmax_cross_entropy([[1e4, 0], [0, 0]], [0, 1])[
        0
    ]  # each row by its own largest score
    assert apart == pytest.approx(np.log(2) / 2, rel=1e-12)
    shifted = softmax_cross_entropy(np.array([[1.0, 2]]) + 1e5, [0])[0]
    assert shifted == pytest.approx(softmax_cross_entropy([[1.0, 2]], [0])[0], abs=1e-10)


def test_it_keeps_the_number_type_and_its_arguments():
    scores, labels = np.ones((2, 3), np.float32), np.array([0, 2], np.uint8)
    grad = softmax_cross_entropy(scores, labels)[1]
    assert grad.dtype == np.float32 and (scores == 1).all() and labels.tolist() == [0, 2]
    assert softmax_cross_entropy([[1, 2]], [0])[1].dtype == np.float64


@pytest.mark.parametrize(
    ("scores", "labels", "said"),
    [
        ([[1, 2]], [2], "ValueError: labels run from 2 to 2, wanted 0 to 1"),
        ([[1, 2], [1, 2]], [0, -1], "ValueError: labels run from -1 to 0, wanted 0 to 1"),
        (
            [[1, 2]],
            [0, 1],
            "ValueError: labels has shape (2,), wanted (1,): one label for each sample",
        ),
        (
            [[1, 2]],
            [[0]],
            "ValueError: labels has shape (1, 1), wanted (1,): one label for each sample",
        ),
        ([[1, 2]], [0.0], "TypeError: labels holds float64 values, wanted whole numbers"),
        ([[1, 2]], [True], "TypeError: labels holds bool values, wanted whole numbers"),
        (
            np.zeros((2, 2, 2)),
            [0, 0],
            "ValueError: scores has shape (2, 2, 2), wanted (N, K) or (K,) with N and K at least 1",
        ),
        (
            np.zeros((0, 2)),
            [],
            "ValueError: scores has shape (0, 2), wanted (N, K) or (K,) with N and K at least 1",
        ),
        ("ab", [0], "TypeError: scores holds str64 values, wanted real numbers"),
    ],
)
def test_scores_and_labels_that_do_not_fit(scores, labels, said):
    with pytest.raises((ValueError, TypeError)) as refusal:
        softmax_cross_entropy(scores, labels)
    assert f"{refusal.type.__name__}: {refusal.value}" == said


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("gap", [0.0, 1e-3, 1.0, 17.0, 20.0, 40.0, 80.0])
def test_a_loss_and_a_gradient_near_0_keep_their_digits(dtype, gap):
    """The right class leads by `gap`: p - 1 and log p are no differences of numbers near 1."""
    scores = np.array([[gap, 0, 0]], dtype)
    with decimal.localcontext(prec=60):
        others = 2 * (-decimal.Decimal(float(scores[0, 0]))).exp()
        wanted_loss, wanted_grad = float((1 + others).ln()), float(others / (1 + others))
    found, grad = softmax_cross_entropy(scores, [0])
    close = 4 * float(np.finfo(dtype).eps)
    assert found == pytest.approx(wanted_loss, rel=close, abs=0) and found > 0
    np.testing.assert_allclose(
        grad[0], [-wanted_grad, wanted_grad / 2, wanted_grad / 2], rtol=close
    )
    assert grad[0].sum() == pytest.approx(0, abs=wanted_grad * close)


def test_one_class_has_no_loss_and_no_gradient():
    found, grad = softmax_cross_entropy([[7.0], [-3.0]], [0, 0])
    assert found == 0 and grad.tolist() == [[0], [0]] and not np.signbit(grad).any()


@pytest.mark.parametrize("scores", [[np.nan, 1], [1, np.nan], [np.nan, np.nan], [np.inf, np.inf]])
def test_a_nan_is_in_the_loss_and_in_the_gradient(scores):
    with np.errstate(invalid="ignore"):
        found, grad = softmax_cross_entropy([scores], [0])
    assert np.isnan(found) and np.isnan(grad).any()


def test_masked_scores_and_labels_are_refused():
    masked = np.ma.array([[1.0, 2]], mask=[[0, 1]])
    with pytest.raises(TypeError, match="scores is a masked array"):
        softmax_cross_entropy(masked, [0])
    with pytest.raises(TypeError, match="labels is a masked array"):
        softmax_cross_entropy([[1.0, 2], [1, 2]], np.ma.array([0, 1], mask=[0, 1]))


def test_the_loss_has_one_home():
    assert softmax_cross_entropy is loss.softmax_cross_entropy is network.softmax_cross_entropy
