"""Write cnnlib/data/digits.npz from scikit-learn's copy of the UCI optical digits: python
tools/make_digits.py [path]."""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TEST = 360
HOME = Path(__file__).resolve().parent.parent / "cnnlib" / "data" / "digits.npz"


def held_out(labels, number, rng):
    """`number` row numbers, in rising order, with each class in its own share (largest remainders
    first)."""
    count = np.bincount(labels)
    share = count * number / len(labels)
    take = share.astype(int)
    most_cut = np.argsort(take - share, kind="stable")
    take[most_cut[: number - take.sum()]] += 1
    rows = [rng.permutation(np.flatnonzero(labels == label))[:n] for label, n in enumerate(take)]
    return np.sort(np.concatenate(rows))


def split():
    """The four arrays as whole numbers of one byte; pixels run from 0 to 16."""
    source = load_digits()
    images, labels = source.images.astype(np.uint8)[:, None], source.target.astype(np.uint8)
    test = held_out(labels, TEST, np.random.default_rng(0))
    train = np.setdiff1d(np.arange(len(labels)), test)
    return {
        "train_x": images[train],
        "train_y": labels[train],
        "test_x": images[test],
        "test_y": labels[test],
    }


if __name__ == "__main__":
    np.savez_compressed(sys.argv[1] if len(sys.argv) > 1 else HOME, **split())
