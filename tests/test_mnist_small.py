"""The MNIST images that come with the package: which they are, and what a call gives."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets

FILE = Path(cnnlib.__file__).parent / "data" / "mnist_small.npz"
SHA256 = {
    "train_x": "05a4f0cea383b24cc8521bc03c068d6685496d92e91ea32649f01ae97aa3a675",
    "train_y": "7558626dd208cce29433194b6bd790b51d73ad1a4ddd59bfe1f09c822cfe8a35",
    "test_x": "8738b9b72613cf50ac4d8b61c99e4b08febb50f6752195d68ca0d545472e77b0",
    "test_y": "65a3a40d06315f7d677c59e08f7c076a38cf658be70d0377de6bb349f2e836c4",
}
NINE = """
............
............
.....##.....
...######...
..##...##...
.##....##...
..######....
...#####....
......##....
......##....
......##....
......###...
"""


@pytest.fixture(scope="module")
def small():
    return datasets.mnist_small()


def test_the_file_is_the_one_that_was_made_and_stays_small():
    with np.load(FILE, allow_pickle=False) as file:
        assert {k: hashlib.sha256(file[k].tobytes()).hexdigest() for k in file} == SHA256
    assert FILE.stat().st_size < 1_000_000


def test_shapes_types_and_counts(small):
    assert small.train_x.shape == (5000, 1, 28, 28) and small.test_x.shape == (1000, 1, 28, 28)
    assert small.train_x.dtype == small.test_x.dtype == np.float32
    assert small.train_x.min() == 0 and small.train_x.max() == 1
    assert np.bincount(small.train_y).tolist() == [500] * 10
    assert np.bincount(small.test_y).tolist() == [100] * 10


def test_no_image_stands_in_it_twice(small):
    images = {image.tobytes() for part in (small.train_x, small.test_x) for image in part}
    assert len(images) == 6000


def test_each_call_gives_fresh_arrays(small):
    datasets.mnist_small().train_x[...] = 0
    assert datasets.mnist_small().train_x.max() == 1


def drawn(image):
    """The middle of an image in letters, two pixels each way as one."""
    ink = image[2:26, 2:26].reshape(12, 2, 12, 2).mean((1, 3)) > 0.3
    return "\n".join("".join(".#"[int(dark)] for dark in row) for row in ink)


def test_images_and_labels_belong_together(small):
    assert small.train_y[:10].tolist() == [9, 7, 7, 9, 6, 6, 9, 1, 9, 6]
    assert small.test_y[:10].tolist() == [1, 7, 1, 9, 6, 7, 1, 8, 9, 4]
    assert drawn(small.train_x[0, 0]) == NINE.strip()
    means = np.stack([small.train_x[small.train_y == n].mean(0).ravel() for n in range(10)])
    away = ((small.test_x.reshape(1000, 1, -1) - means) ** 2).sum(2)
    assert (away.argmin(1) == small.test_y).mean() > 0.75  # a chance answer gives 0.1


@pytest.mark.parametrize("kept, told", [(None, "is missing"), (1000, "is damaged")])
def test_a_file_that_is_not_what_it_was_comes_with_the_cure(tmp_path, monkeypatch, kept, told):
    path = tmp_path / "mnist_small.npz"
    if kept:
        path.write_bytes(FILE.read_bytes()[:kept])
    monkeypatch.setattr(datasets, "MNIST_SMALL", path)
    with pytest.raises((FileNotFoundError, ValueError), match=f"{told}.*checkout -- mnist_small"):
        datasets.mnist_small()
