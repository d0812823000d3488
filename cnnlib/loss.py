"""loss: the error at the end of a network, and its first gradient (level 1)."""

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import array, unmasked


def softmax_cross_entropy(scores: ArrayLike, labels: ArrayLike) -> tuple[float, np.ndarray]:
    """Eq. 8.2: loss = mean over n of -log p[n, labels[n]] with p = softmax(scores); grad_scores =
    (p - onehot) / N.

    scores (N, K) with labels (N,), or one image's (K,) with one label; returns (loss, grad_scores).
    1/N lives here and only here. Stable: the largest score is subtracted before exp, and nothing
    near 1 is subtracted from 1, so that a loss and a gradient near 0 keep their digits.
    Raises ValueError or TypeError for labels that are not whole numbers from 0 to K-1, one a
    sample.
    """
    scores = array(scores, "scores")
    if scores.ndim not in (1, 2) or scores.size == 0:
        raise ValueError(
            f"scores has shape {scores.shape}, wanted (N, K) or (K,) with N and K at least 1"
        )
    rows = np.atleast_2d(scores)
    labels = checked_labels(labels, len(rows), rows.shape[1])
    each, largest = np.arange(len(rows)), rows.argmax(1)
    shifted = rows - rows[each, largest, None]
    with np.errstate(under="ignore"):  # a share that is nothing beside the largest is 0
        shares = np.exp(shifted)
        one = shares[each, largest]  # or NaN
        shares[each, largest] = 0
        others = shares.sum(1)
        shares[each, largest] = one
        loss = np.log1p(others) - shifted[each, labels]  # log of the sum, minus the score
        grad = shares / (1 + others[:, None])
    grad[each, labels] = 0
    grad[each, labels] = 0 - grad.sum(1)  # p - 1 is minus the sum of all other p
    return float(loss.mean()), (grad / len(rows)).reshape(scores.shape)


def checked_labels(labels: ArrayLike, count: int, classes: float) -> np.ndarray:
    """labels as (N,) integers from 0 to classes-1, one for each of `count` samples."""
    labels = np.atleast_1d(unmasked(labels, "labels"))
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels holds {labels.dtype.name} values, wanted whole numbers")
    if labels.shape != (count,):
        raise ValueError(
            f"labels has shape {labels.shape}, wanted ({count},): one label for each sample"
        )
    if count and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"labels run from {labels.min()} to {labels.max()}, wanted 0 to {classes - 1}"
        )
    return labels
