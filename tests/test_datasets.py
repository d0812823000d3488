"""datasets: the shipped digits, MNIST files good and bad, the download (from a server on
127.0.0.1), the photograph."""

import gzip
import hashlib
import http.server
import runpy
import socket
import struct
import sys
import threading
import tracemalloc
import urllib.parse
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from cnnlib import datasets
from cnnlib.mnist import BASE_URL, BLOCK, MNIST_FILES

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = MNIST_FILES
PACKAGE_DATA = Path(datasets.__file__).parent / "data"
RNG = np.random.default_rng(0)
ARRAYS = {
    TRAIN_X: RNG.integers(0, 256, (7, 4, 5), dtype=np.uint8),
    TRAIN_Y: np.arange(7, dtype=np.uint8),
    TEST_X: RNG.integers(0, 256, (3, 4, 5), dtype=np.uint8),
    TEST_Y: np.array([9, 0, 4], np.uint8),
}


def idx(array, magic=None):
    """The bytes of an IDX file."""
    return (
        struct.pack(f">{1 + array.ndim}I", magic or 2048 + array.ndim, *array.shape)
        + array.tobytes()
    )


def write(folder, packed=(), **changed):
    """The four files in `folder`; `packed` ones as .gz; `changed` bytes by file name with _ for
    -."""
    for name, array in ARRAYS.items():
        data = changed.get(name.replace("-", "_"), idx(array))
        if name in packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(data))
        else:
            (folder / name).write_bytes(data)
    return folder


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


def test_attribution_stands_beside_the_digits():
    text = (PACKAGE_DATA / "ATTRIBUTION.md").read_text()
    for word in ("CC BY 4.0", "Alpaydin", "Kaynak", "10.24432/C50P49", "Changed"):
        assert word in text


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
    with pytest.raises(ValueError, match=r"images has shape \(2, 3\), wanted \(N, C, H, W\)"):
        datasets.shifted(np.zeros((2, 3)), [0, 1])
    with pytest.raises(ValueError, match=r"labels has shape \(3,\), wanted \(2,\)"):
        datasets.shifted(np.zeros((2, 1, 3, 3)), [0, 1, 2])


# ---- MNIST from a folder


@pytest.mark.parametrize(
    "packed", [(), tuple(MNIST_FILES), (TRAIN_X, TEST_Y)], ids=["plain", "gz", "mixed"]
)
def test_mnist_reads_the_four_files(tmp_path, packed):
    mnist = datasets.mnist(write(tmp_path, packed))
    assert mnist.train_x.shape == (7, 1, 4, 5) and mnist.test_x.shape == (3, 1, 4, 5)
    assert mnist.train_x.dtype == np.float32 and mnist.train_y.dtype.kind == "i"
    np.testing.assert_array_equal(mnist.train_x[:, 0], ARRAYS[TRAIN_X].astype(np.float32) / 255)
    np.testing.assert_array_equal(mnist.test_x[:, 0], ARRAYS[TEST_X].astype(np.float32) / 255)
    assert mnist.train_y.tolist() == list(range(7)) and mnist.test_y.tolist() == [9, 0, 4]


def test_mnist_takes_a_folder_as_text_and_prefers_the_plain_file(tmp_path):
    write(tmp_path)
    (tmp_path / f"{TRAIN_X}.gz").write_bytes(b"not read")
    assert datasets.mnist(str(tmp_path)).train_x.shape == (7, 1, 4, 5)


@pytest.mark.parametrize("packed", [(), tuple(MNIST_FILES)], ids=["plain", "gz"])
def test_mnist_holds_the_pixels_once(tmp_path, packed):
    images = np.tile(np.arange(256, dtype=np.uint8), 6125).reshape(2000, 28, 28)
    test = np.zeros((1, 28, 28), np.uint8)
    labels = np.zeros(2000, np.uint8)
    write(tmp_path, packed, train_images_idx3_ubyte=idx(images), train_labels_idx1_ubyte=idx(labels),
          t10k_images_idx3_ubyte=idx(test), t10k_labels_idx1_ubyte=idx(labels[:1]))  # fmt: skip
    tracemalloc.start()
    try:
        mnist = datasets.mnist(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(mnist.train_x[:, 0], images.astype(np.float32) / 255)
    assert peak < mnist.train_x.nbytes + 4 * BLOCK


def refused(folder, kind, *words):
    with pytest.raises(kind) as caught:
        datasets.mnist(folder)
    for word in words:
        assert str(word) in str(caught.value)


def test_a_missing_folder_is_named(tmp_path):
    refused(tmp_path / "nowhere", FileNotFoundError, tmp_path / "nowhere", "not a folder", TRAIN_X)


@pytest.mark.parametrize("name", MNIST_FILES)
def test_a_missing_file_is_named_with_what_was_found(tmp_path, name):
    (write(tmp_path) / name).unlink()
    others = sorted(set(MNIST_FILES) - {name})
    refused(tmp_path, FileNotFoundError, tmp_path / name, f"{name}.gz", ", ".join(others))


def test_an_empty_folder_says_nothing_was_found(tmp_path):
    refused(tmp_path, FileNotFoundError, TRAIN_X, "found nothing")


@pytest.mark.parametrize("packed", [(), (TRAIN_X,)], ids=["plain", "gz"])
@pytest.mark.parametrize(
    "data, words",
    [
        (b"", ("truncated", "header of 16 bytes", "found 0")),
        (idx(ARRAYS[TRAIN_X])[:10], ("truncated", "header of 16 bytes", "found 10")),
        (idx(ARRAYS[TRAIN_X])[:-1], ("truncated", "7 x 4 x 5 = 140", "found 139")),
        (idx(ARRAYS[TRAIN_X])[:16], ("truncated", "7 x 4 x 5 = 140", "found 0")),
        (idx(ARRAYS[TRAIN_X]) + b"\0", ("oversized", "7 x 4 x 5 = 140", "at least 141")),
        (idx(ARRAYS[TRAIN_X], 2049), ("magic number 2049 (labels)", "wanted 2051 (images)")),
        (idx(ARRAYS[TRAIN_X], 0x0D03), ("magic number 3331 (no IDX file of bytes)", "wanted 2051")),
        (b"\x1f\x8b" + bytes(40), ("add .gz to its name", "wanted 2051")),
        (struct.pack(">4I", 2051, *[2**32 - 1] * 3), ("truncated", "found 0")),
        (struct.pack(">4I", 2051, 7, 0, 5), ("images of 0x5 pixels", "wanted at least 1x1")),
    ],
    ids=[
        "empty",
        "half a header",
        "a byte short",
        "no pixels",
        "a byte long",
        "labels",
        "floats",
        "gz",
        "lies",
        "0 rows",
    ],
)
def test_a_wrong_file_of_images_is_refused(tmp_path, packed, data, words):
    write(tmp_path, packed, train_images_idx3_ubyte=data)
    refused(tmp_path, ValueError, tmp_path / TRAIN_X, *words)


def test_images_in_place_of_labels_are_refused(tmp_path):
    write(tmp_path, t10k_labels_idx1_ubyte=idx(ARRAYS[TEST_X]))
    refused(tmp_path, ValueError, TEST_Y, "magic number 2051 (images)", "wanted 2049 (labels)")


def test_labels_and_images_must_agree_in_number(tmp_path):
    write(tmp_path, train_labels_idx1_ubyte=idx(ARRAYS[TRAIN_Y][:6]))
    refused(tmp_path, ValueError, tmp_path / TRAIN_Y, "holds 6 labels, wanted 7", TRAIN_X)


def test_labels_above_nine_are_refused(tmp_path):
    write(tmp_path, t10k_labels_idx1_ubyte=idx(np.array([1, 2, 10], np.uint8)))
    refused(tmp_path, ValueError, tmp_path / TEST_Y, "label 10", "0 to 9")


def test_test_images_must_have_the_size_of_the_training_images(tmp_path):
    write(tmp_path, t10k_images_idx3_ubyte=idx(np.zeros((3, 5, 4), np.uint8)))
    refused(tmp_path, ValueError, tmp_path / TEST_X, "5x4", "wanted 4x5", TRAIN_X)


@pytest.mark.parametrize(
    "damage, word",
    [
        (lambda data: data[:-9], "end"),
        (lambda data: data[:-8] + bytes(8), "CRC"),
        (lambda data: data[:12] + bytes([data[12] ^ 255]) + data[13:], "found"),
        (gzip.decompress, "take .gz off its name"),
    ],
    ids=["cut", "crc", "bits", "unpacked"],
)
def test_a_damaged_gz_is_refused(tmp_path, damage, word):
    path = write(tmp_path, (TRAIN_X,)) / f"{TRAIN_X}.gz"
    path.write_bytes(damage(path.read_bytes()))
    refused(tmp_path, ValueError, path, word, "wanted")


# ---- MNIST from a server


class Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(urllib.parse.urlparse(self.path).path)
        super().do_GET()

    def log_message(self, *args):
        """Nothing on stderr."""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of four small .gz files; gives (its address, their checksums, the paths asked
    for)."""
    pytest.importorskip("pooch")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    write(shelf, tuple(MNIST_FILES))
    checksums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in shelf.iterdir()
    }
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=shelf)
    ) as httpd:
        httpd.asked = []
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/", checksums, httpd.asked
        httpd.shutdown()
        thread.join()


def test_fetch_downloads_once_and_reads(server, tmp_path):
    url, checksums, asked = server
    for _ in range(2):
        mnist = datasets.fetch_mnist(tmp_path / "kept", base_url=url, checksums=checksums)
        np.testing.assert_array_equal(mnist.test_x[:, 0], ARRAYS[TEST_X].astype(np.float32) / 255)
    assert sorted(asked) == sorted(f"/{name}.gz" for name in MNIST_FILES)


def test_fetch_downloads_a_damaged_file_again(server, tmp_path):
    url, checksums, asked = server
    datasets.fetch_mnist(tmp_path / "kept", base_url=url, checksums=checksums)
    (tmp_path / "kept" / f"{TEST_X}.gz").write_bytes(b"damaged")
    datasets.fetch_mnist(tmp_path / "kept", base_url=url, checksums=checksums)
    assert asked.count(f"/{TEST_X}.gz") == 2 and len(asked) == 5


def test_fetch_refuses_a_file_that_does_not_fit_its_checksum(server, tmp_path):
    url = server[0]
    with pytest.raises(ValueError, match="(?s)train-images.*expected.*440fcabf.*got"):
        datasets.fetch_mnist(tmp_path / "kept", base_url=url)
    assert list((tmp_path / "kept").iterdir()) == []


def test_fetch_uses_the_cache_of_pooch(server, tmp_path, monkeypatch):
    url, checksums, _ = server
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    datasets.fetch_mnist(base_url=url.rstrip("/"), checksums=checksums)
    assert (tmp_path / "cache" / "cnnlib" / "mnist" / f"{TEST_X}.gz").is_file()


def test_fetch_pins_the_four_official_files():
    assert BASE_URL.startswith("https://")
    assert len(MNIST_FILES) == 4 and all(
        len(sha) == 64 and int(sha, 16) for sha in MNIST_FILES.values()
    )


def test_fetch_without_a_network_says_what_to_do(tmp_path, monkeypatch):
    pytest.importorskip("pooch")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(
        ConnectionError, match=r"(?s)could not be downloaded.*digits\(\).*datasets\.mnist\(folder\)"
    ):
        datasets.fetch_mnist(tmp_path, base_url=url)


def test_fetch_names_a_file_that_the_server_lacks(server, tmp_path):
    url, checksums, _ = server
    with pytest.raises(ConnectionError, match=r"ubyte\.gz could not be downloaded.*404"):
        datasets.fetch_mnist(tmp_path / "kept", base_url=url + "elsewhere/", checksums=checksums)


def test_fetch_without_pooch_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match="pip install pooch"):
        datasets.fetch_mnist()


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
    with pytest.raises(ImportError, match="pip install matplotlib"):
        datasets.photograph()
