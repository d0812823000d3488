"""The network that comes with the package: what it reads, and what is said of a bad file."""

import shutil

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, trained


def test_it_reads_images_that_it_has_never_seen():
    digits = datasets.mnist_small()
    assert cnnlib.trained_network().accuracy(digits.test_x, digits.test_y) > 0.97


def test_each_call_gives_a_fresh_one():
    cnnlib.trained_network().layers[0].weights[...] = 0
    first, second = cnnlib.trained_network(), cnnlib.trained_network()
    assert first.layers[0].weights.all() and first.layers[0].weights.dtype == np.float32
    assert first.layers[0].out is None and first is not second


def test_the_file_is_small():
    assert trained.WEIGHTS.stat().st_size < 40_000


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the file, in the original's place."""
    path = tmp_path / "network.npz"
    shutil.copy(trained.WEIGHTS, path)
    monkeypatch.setattr(trained, "WEIGHTS", path)
    return path


def test_a_missing_file_is_told_with_its_cure(copied):
    copied.unlink()
    with pytest.raises(FileNotFoundError, match=r"network.npz is missing; in a clone .* checkout"):
        cnnlib.trained_network()


def test_a_damaged_file_is_told_with_its_cure(copied):
    copied.write_bytes(copied.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"not a saved network: .*; in a clone .* install cnnlib"):
        cnnlib.trained_network()


def test_weights_of_another_network_are_refused(copied):
    cnnlib.digit_network(np.random.default_rng(0)).save(copied)
    with pytest.raises(ValueError, match=r"wanted .*; in a clone"):
        cnnlib.trained_network()
