"""datasets: the shipped digits, the photograph."""

import pickle
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import traceback
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from cnnlib import datasets

PACKAGE_DATA = Path(datasets.__file__).parent / "data"


# ---- digits


def test_digits_are_the_set_that_scikit_learn_ships_split_once():
    load_digits = pytest.importorskip("sklearn.datasets").load_digits
    source, digits = load_digits(), datasets.digits()

    def rows(x, y):
        return sorted(map(tuple, np.column_stack([x.reshape(len(x), 64), y])))

    ours = rows(
        np.concatenate([digits.train_x, digits.test_x]),
        np.concatenate([digits.train_y, digits.test_y]),
    )
    assert ours == rows(source.images / 16, source.target)


def test_digits_have_the_promised_shapes_and_ranges():
    digits = datasets.digits()
    assert digits._fields == ("train_x", "train_y", "test_x", "test_y")
    assert digits.train_x.shape == (1437, 1, 8, 8) and digits.test_x.shape == (360, 1, 8, 8)
    assert digits.train_y.shape == (1437,) and digits.test_y.shape == (360,)
    assert digits.train_x.dtype == np.float64 and digits.train_y.dtype.kind == "i"
    assert digits.train_x.min() == 0 and digits.train_x.max() == 1


def test_digits_split_gives_every_digit_its_share():
    digits = datasets.digits()
    train, test = np.bincount(digits.train_y), np.bincount(digits.test_y)
    assert np.all(np.abs(test - (train + test) * 360 / 1797) < 1)


def test_digits_are_fresh_arrays_at_each_call():
    datasets.digits().train_x[...] = 7
    assert datasets.digits().train_x.max() == 1


def test_the_shipped_file_is_what_the_script_writes_and_needs_no_pickle():
    pytest.importorskip("sklearn")
    script = Path(__file__).parent.parent / "tools" / "make_digits.py"
    split = runpy.run_path(str(script))["split"]()
    with np.load(PACKAGE_DATA / "digits.npz", allow_pickle=False) as shipped:
        for name, array in split.items():
            assert shipped[name].dtype == np.uint8
            np.testing.assert_array_equal(shipped[name], array)
    assert (PACKAGE_DATA / "digits.npz").stat().st_size < 60_000


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A copy of the file of the digits in a git clone of its own, for datasets to read."""
    path = tmp_path / "clone" / "data" / "digits.npz"
    path.parent.mkdir(parents=True)
    shutil.copy(datasets.DIGITS, path)
    monkeypatch.setattr(datasets, "DIGITS", path)
    git = partial(subprocess.run, check=True, cwd=path.parent, capture_output=True)
    git(["git", "init", "-q"])
    git(["git", "add", "digits.npz"])
    git(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "digits"])
    return path


GOOD = datasets.DIGITS.read_bytes()
DAMAGES = {
    "missing": lambda path: path.unlink(),
    "a pointer": lambda path: path.write_bytes(
        b"version https://git-lfs.github.com/spec/v1\nsize 46824\n"
    ),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(GOOD[:20_000]),
    "a web page": lambda path: path.write_bytes(b"<!DOCTYPE html><html>"),
    "a byte turned": lambda path: path.write_bytes(
        GOOD[:9000] + bytes([GOOD[9000] ^ 255]) + GOOD[9001:]
    ),
    "pickled": lambda path: path.write_bytes(pickle.dumps([1])),
    "of objects": lambda path: np.savez(
        path, **dict.fromkeys(datasets.SHAPES, np.array([{}, 1], object))
    ),
    "other arrays": lambda path: np.savez(path, a=np.ones(3)),
    "other shapes": lambda path: np.savez(
        path, **dict.fromkeys(datasets.SHAPES, np.ones(3, np.uint8))
    ),
}


@pytest.mark.skipif(
    not shutil.which("git"), reason="git, which brings the file back, is not installed"
)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_of_digits_that_is_not_what_it_was_comes_with_the_cure(kept, damage):
    DAMAGES[damage](kept)
    with pytest.raises((FileNotFoundError, ValueError)) as refusal:
        datasets.digits()
    said = str(refusal.value)
    assert said.startswith(f"{kept} is {'missing' if damage == 'missing' else 'damaged'}")
    told = "".join(traceback.format_exception(refusal.value))
    assert not re.search("allow_pickle|unsafe|pip install", told)
    (cure,) = re.findall(r"git -C .* checkout -- digits.npz", said)
    subprocess.run(shlex.split(cure), check=True, capture_output=True)
    assert datasets.digits().train_x.shape == (1437, 1, 8, 8)


def test_a_pointer_of_git_lfs_is_named(kept):
    DAMAGES["a pointer"](kept)
    with pytest.raises(ValueError, match="it is only a pointer of Git LFS"):
        datasets.digits()


def test_attribution_stands_beside_the_digits():
    text = (PACKAGE_DATA / "ATTRIBUTION.md").read_text()
    for word in ("CC BY 4.0", "Alpaydin", "Kaynak", "10.24432/C50P49", "Changed"):
        assert word in text


# ---- photograph


def test_photograph_is_luminance_of_matplotlibs_sample():
    image = pytest.importorskip("matplotlib.image")
    photo = datasets.photograph()
    assert photo.shape == (128, 128) and photo.dtype == np.float64
    assert 0 <= photo.min() < 0.05 and 0.95 < photo.max() <= 1
    matplotlib = sys.modules["matplotlib"]
    pixels = image.imread(
        Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    ).astype(float)
    R, G, B = pixels[4 + 30 : 4 + 33, 70 + 60 : 70 + 63].mean((0, 1)) / 255
    np.testing.assert_allclose(photo[10, 20], 0.299 * R + 0.587 * G + 0.114 * B, rtol=1e-12)


def test_photograph_without_its_file_names_it(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    monkeypatch.setattr(matplotlib, "get_data_path", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match="grace_hopper.jpg"):
        datasets.photograph()


def test_photograph_of_another_size_is_refused(tmp_path, monkeypatch):
    image = pytest.importorskip("matplotlib.image")
    monkeypatch.setattr(image, "imread", lambda path: np.zeros((5, 4, 3), np.uint8))
    with pytest.raises(ValueError, match=r"\(5, 4, 3\), wanted \(600, 512, 3\)"):
        datasets.photograph()


def test_photograph_without_matplotlib_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(
        ImportError, match=r"pip install matplotlib \(the extra cnnlib\[views\] brings it\)"
    ):
        datasets.photograph()
