"""augmentation: shifted copies by hand, warped copies beside SciPy; the same seed twice."""

import numpy as np
import pytest
from scipy import ndimage

from cnnlib import augmentation, datasets

RNG = np.random.default_rng(3)
LABELS = [1, 2, 0]
STILL = ("TURN", "SHEAR", "GROW", "MOVE", "STROKE")  # every way in which a copy is changed


def images(*shape):
    return RNG.random(shape)


# ---- shifted copies


def test_shifted_moves_one_pixel_and_half_a_pixel_each_way():
    x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    images, labels = datasets.shifted(x, [4])
    assert images.shape == (9, 1, 3, 3) and labels.tolist() == [4] * 9
    same, up, down, left, right = images[:5, 0].tolist()
    assert same == x[0, 0].tolist()
    assert up == [[4, 5, 6], [7, 8, 9], [0, 0, 0]] and down == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]
    assert left == [[2, 3, 0], [5, 6, 0], [8, 9, 0]] and right == [[0, 1, 2], [0, 4, 5], [0, 7, 8]]
    assert images[5, 0].tolist() == [[2.5, 3.5, 4.5], [5.5, 6.5, 7.5], [3.5, 4, 4.5]]
    np.testing.assert_array_equal(images[5:], (images[1:5] + x) / 2)


def test_shifted_keeps_float32():
    assert datasets.shifted(np.ones((1, 1, 2, 2), np.float32), [0])[0].dtype == np.float32


def test_shifted_keeps_labels_beside_their_images():
    images, labels = datasets.shifted(
        np.array([1, 2]).reshape(2, 1, 1, 1) * np.ones((3, 3)), [1, 2]
    )
    np.testing.assert_array_equal(images[:, 0, 1, 1], labels)


def test_shifted_refuses_what_does_not_fit():
    with pytest.raises(TypeError, match="labels is a masked array"):
        datasets.shifted(np.zeros((2, 1, 3, 3)), np.ma.array([0, 1], mask=[0, 1]))
    with pytest.raises(ValueError, match=r"images has shape \(2, 3\), wanted \(N, C, H, W\)"):
        datasets.shifted(np.zeros((2, 3)), [0, 1])
    with pytest.raises(ValueError, match=r"labels has shape \(3,\), wanted \(2,\)"):
        datasets.shifted(np.zeros((2, 1, 3, 3)), [0, 1, 2])


# ---- warped copies


def warped(x, labels=LABELS, copies=4, seed=0):
    return datasets.warped(x, labels, copies=copies, rng=np.random.default_rng(seed))


def only(monkeypatch, **ways):
    """Let copies be changed in these ways, and in no other."""
    for name in STILL:
        monkeypatch.setattr(augmentation, name, ways.get(name, 0))


def test_between_the_pixels_it_is_scipys_sampling_and_outside_it_is_0():
    x = images(3, 2, 5, 7)
    places = RNG.uniform(-3, 10, (3, 2, 35))
    wanted = [
        [ndimage.map_coordinates(c, at, order=1, mode="grid-constant") for c in image]
        for image, at in zip(x, places, strict=True)
    ]
    found = augmentation._sampled(x, places).reshape(3, 2, 35)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_not_changed_is_the_image_itself(monkeypatch, dtype):
    only(monkeypatch)
    x = images(3, 1, 6, 8).astype(dtype)
    found, labels = warped(x, copies=2)
    assert found.dtype == dtype and labels.tolist() == LABELS * 3
    np.testing.assert_allclose(found, np.tile(x, (3, 1, 1, 1)), atol=1e-6)


def bar(down=True):
    """A bar through the middle of 15x15, on its end or lying; in the size of three images."""
    x = np.zeros((3, 1, 15, 15))
    x[:, 0, 3:12, 7] = 1
    return x if down else x.swapaxes(2, 3)


def second_moments(x):
    """(N, 3): how far the ink lies from its middle in rows, in columns, and in both."""
    i, j = np.indices(x.shape[2:])
    ink = x[:, 0] / x.sum((1, 2, 3))[:, None, None]
    rows = i - (ink * i).sum((1, 2))[:, None, None]
    columns = j - (ink * j).sum((1, 2))[:, None, None]
    pairs = ((rows, rows), (columns, columns), (rows, columns))
    return np.stack([(ink * a * b).sum((1, 2)) for a, b in pairs], axis=1)


@pytest.mark.parametrize(
    "way, down, which",
    [("TURN", True, 2), ("TURN", False, 2), ("SHEAR", True, 2), ("GROW", True, 0)],
)
def test_each_way_of_bending_changes_what_it_is_called_after(monkeypatch, way, down, which):
    only(monkeypatch, **{way: 0.3})
    x = bar(down)
    before, after = second_moments(x), second_moments(warped(x, copies=8)[0][3:])
    change = after[:, which] - before[0, which]
    assert change.min() < -0.2 and change.max() > 0.2
    if way == "SHEAR":  # the rows stay, and are as tall as before
        np.testing.assert_allclose(after[:, 0], before[0, 0], rtol=0.02)


def test_a_shear_does_not_bend_a_lying_bar(monkeypatch):
    only(monkeypatch, SHEAR=0.3)
    found, _ = warped(bar(False), copies=3)
    np.testing.assert_allclose(found, np.tile(bar(False), (4, 1, 1, 1)), atol=1e-9)


def test_a_copy_is_moved_by_no_more_than_said(monkeypatch):
    only(monkeypatch, MOVE=1.5)
    found, _ = warped(bar(), copies=20)
    middles = np.stack([ndimage.center_of_mass(image) for image in found[3:, 0]])
    away = middles - [7, 7]
    assert abs(away).max() <= 1.5 and (away.max(0) > 1).all() and (away.min(0) < -1).all()


def test_strokes_grow_and_shrink(monkeypatch):
    only(monkeypatch, STROKE=0.7)
    found, _ = warped(bar(), copies=20)
    ink = found[3:].sum((1, 2, 3)) / bar()[0].sum()
    assert ink.min() < 0.5 and ink.max() > 2
    assert found.min() >= 0 and found.max() <= 1


def test_the_same_seed_gives_the_same_copies_and_no_two_copies_are_alike():
    x = datasets.digits().train_x[:3]
    first, again, other = warped(x), warped(x), warped(x, seed=1)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[0][:3], x)
    assert len({image.tobytes() for image in first[0]}) == 15
    assert not np.array_equal(first[0][3:], other[0][3:])


def test_images_in_several_blocks_keep_their_labels(monkeypatch):
    only(monkeypatch)
    monkeypatch.setattr(augmentation, "TOGETHER", 2)
    x = np.arange(5)[:, None, None, None] * np.ones((1, 3, 3))
    found, labels = warped(x, labels=np.arange(5), copies=2)
    np.testing.assert_array_equal(found[:, 0, 1, 1], labels)


def test_whole_numbers_become_floats_and_the_images_stay_as_they_are():
    x = np.arange(27).reshape(3, 1, 3, 3)
    found, _ = warped(x)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(x, np.arange(27).reshape(3, 1, 3, 3))


def test_no_copies_and_no_images():
    assert warped(images(3, 1, 4, 4), copies=0)[0].shape == (3, 1, 4, 4)
    assert warped(np.zeros((0, 1, 4, 4)), labels=np.zeros(0, int))[0].shape == (0, 1, 4, 4)


@pytest.mark.parametrize(
    "change, error",
    [
        ({"images": np.zeros((3, 4))}, r"images has shape \(3, 4\), wanted \(N, C, H, W\)"),
        ({"labels": [1, 2]}, r"labels has shape \(2,\), wanted \(3,\): one label"),
        ({"copies": -1}, "copies is -1"),
        ({"copies": 1.5}, "copies is 1.5"),
        ({"rng": 3}, "rng is"),
    ],
)
def test_warped_refuses_what_does_not_fit(change, error):
    given = {"images": images(3, 1, 4, 4), "labels": LABELS, "rng": RNG} | change
    with pytest.raises((ValueError, TypeError), match=error):
        datasets.warped(**given)
